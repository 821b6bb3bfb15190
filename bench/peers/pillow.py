"""The worker for Pillow: with `draft`, JPEG files are decoded at the smallest size that is enough."""

import io
import sys

import PIL
from PIL import Image, ImageOps, features

from worker import serve

SIDE = 200
DRAFT = sys.argv[1:] == ["draft"]


def render(source):
    image = Image.open(io.BytesIO(source))
    # The reduced size is rounded up; this is what of it is picture.
    drafted = image.draft("RGB", (SIDE, SIDE)) if DRAFT else None
    left, top, right, bottom = drafted[1] if drafted else (0, 0, *image.size)
    side = min(right - left, bottom - top)
    left, top = left + (right - left - side) / 2, top + (bottom - top - side) / 2
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    box = (left, top, left + side, top + side)
    image = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box)
    # A square from the middle can as well be turned when it is small.
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    target = io.BytesIO()
    image.save(target, "JPEG", quality=80)
    return target.getvalue()


serve(f"Pillow {PIL.__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}", render)
