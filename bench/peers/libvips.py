"""The worker for pyvips."""

import pyvips

from worker import serve

pyvips.cache_set_max(0)


def render(source):
    image = pyvips.Image.thumbnail_buffer(source, 200, height=200, crop="centre")
    # `export_profile` would convert every picture, one that is sRGB already too.
    if image.get_typeof("icc-profile-data"):
        image = image.icc_transform("srgb", embedded=True)
    if image.hasalpha():
        image = image.flatten(background=[255, 255, 255])
    return image.jpegsave_buffer(Q=80, keep="none")


serve(f"pyvips {pyvips.__version__}, libvips {'.'.join(str(pyvips.version(part)) for part in range(3))}", render)
