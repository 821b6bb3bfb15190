"""The worker for Pillow: with `draft`, JPEG files are decoded at the smallest size that is enough."""

import io
import sys

import PIL
from PIL import Image, ImageOps, features

from worker import serve

SIZE = (200, 200)
DRAFT = sys.argv[1:] == ["draft"]


def render(source):
    image = Image.open(io.BytesIO(source))
    if DRAFT:
        image.draft("RGB", SIZE)
    ImageOps.exif_transpose(image, in_place=True)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    image = ImageOps.fit(image, SIZE, Image.Resampling.LANCZOS)
    if image.mode == "RGBA":
        white = Image.new("RGB", SIZE, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    target = io.BytesIO()
    image.save(target, "JPEG", quality=80)
    return target.getvalue()


serve(f"Pillow {PIL.__version__}, libjpeg-turbo {features.version('jpg')}", render)
