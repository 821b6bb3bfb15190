"""What thumbnails are judged by, `pixels.py references PICTURE DIRECTORY` and `pixels.py raw FILE...`, and the last step of
some pictures, `pixels.py encode DIRECTORY`.

The reference is what a thumbnail would be if neither time nor bytes were short: a full decode, sRGB by the picture's
profile, upright, cut in true fractional coordinates, Lanczos over every pixel in 32-bit floating point, stored without loss
as reference-0.png. Where the scaled picture has no whole number of pixels on both sides of the cut, reference-1.png and
reference-2.png are the same for tools that scale to whole pixels first and then cut a little before or behind the middle.
`raw` writes FILE.rgb beside each file: its pixels, three bytes each. Both decode with libjpeg-turbo, as most browsers do.
`encode` makes NAME of each NAME.ppm: a progressive JPEG, with full colour if 444 is in the name, or a lossy WebP.
"""

import io
import os
import sys

from PIL import Image, ImageCms, ImageMath, ImageOps

SIDE = 200


def references(path, directory):
    image = Image.open(path)
    profile = image.info.get("icc_profile")
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda sample: sample / 257).convert("L")
    if profile and image.mode in ("L", "RGB", "CMYK"):
        image = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    if image.mode != "RGBA":
        image = image.convert("RGB")
    *colours, alpha = [band.convert("F") for band in image.split()] + [None] * (image.mode == "RGB")
    for index, box in enumerate(boxes(*image.size)):
        reduced(colours, alpha, box).save(os.path.join(directory, f"reference-{index}.png"))


def boxes(width, height):
    """What of the picture is kept: by true coordinates, and where that is another, to whole pixels of the thumbnail."""
    short, long = sorted((width, height))
    scaled = round(long * SIDE / short)
    cuts = {(scaled - SIDE) // 2, (scaled - SIDE + 1) // 2} if scaled * short != long * SIDE or scaled % 2 else set()
    spans = [((long - short) / 2, short)]
    spans += [(cut * long / scaled, SIDE * long / scaled) for cut in sorted(cuts)]
    for start, length in spans:
        across = (start, 0, start + length, height)
        down = (0, start, width, start + length)
        yield across if width > height else down


def reduced(colours, alpha, box):
    if alpha is not None:
        # Scaled first, put on white afterwards: what is transparent lends its neighbours no colour.
        alpha_small = shrink(alpha, box)
        colours = [shrink(times(colour, alpha), box) for colour in colours]
        colours = [on_white(colour, alpha_small) for colour in colours]
    else:
        colours = [shrink(colour, box) for colour in colours]
    return Image.merge("RGB", [rounded(colour) for colour in colours])


def shrink(band, box):
    return band.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box)


def times(colour, alpha):
    return ImageMath.lambda_eval(lambda bands: bands["colour"] * bands["alpha"] / 255.0, colour=colour, alpha=alpha)


def on_white(colour, alpha):
    return ImageMath.lambda_eval(lambda bands: bands["colour"] + 255.0 - bands["alpha"], colour=colour, alpha=alpha)


def rounded(band):
    # The conversion cuts off what is over or under, and the fraction.
    return band.point(lambda sample: sample * 1 + 0.5).convert("L")


def encode(source):
    target, _ = os.path.splitext(source)
    part = f"{target}.part"
    image = Image.open(source)
    if target.endswith(".webp"):
        image.save(part, "WEBP", quality=80)
    else:
        sampling = "4:4:4" if "444" in target else "4:2:0"
        image.save(part, "JPEG", quality=90, progressive=True, subsampling=sampling)
    os.replace(part, target)
    os.remove(source)


def main(command, *paths):
    if command == "references":
        references(*paths)
    elif command == "encode":
        for name in sorted(os.listdir(paths[0])):
            if name.endswith(".ppm"):
                encode(os.path.join(paths[0], name))
    elif command == "raw":
        for path in paths:
            with open(f"{path}.rgb", "wb") as file:
                file.write(Image.open(path).convert("RGB").tobytes())
    else:
        sys.exit(__doc__)


main(*sys.argv[1:])
