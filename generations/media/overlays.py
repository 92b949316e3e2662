"""The key frame and its masks as the page shows them: checked, and made small.

Nobody publishes how a mask is drawn: white on black, or opaque where the thing is. Both become a
tinted shape on nothing, which is laid over the frame.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from .sniff import check_image

SIDE = 960
# One tint after the other: coral, blue, green, amber, violet.
TINTS = ("#ff5f3f", "#3f8cff", "#1fb877", "#f0a818", "#9a63ff")
_FILL = 0.42


def frame_picture(path: Path) -> bytes:
    """A WebP of the frame, 960 px a side at most. Raises BadFile."""
    out = BytesIO()
    with _opened(path) as image:
        image.convert("RGB").save(out, "WEBP", quality=85)
    return out.getvalue()


def overlay(path: Path, number: int) -> bytes:
    """A WebP that is tinted where mask ``number`` (from 1) is, with a line around it.

    Raises BadFile.
    """
    with _opened(path) as image:
        shape = _shape(image)
    line = ImageChops.subtract(shape, shape.filter(ImageFilter.MinFilter(5)))
    alpha = ImageChops.lighter(shape.point(lambda level: round(level * _FILL)), line)
    tinted = Image.new("RGB", shape.size, TINTS[(number - 1) % len(TINTS)])
    tinted.putalpha(alpha)
    out = BytesIO()
    tinted.save(out, "WEBP", quality=80)
    return out.getvalue()


def _opened(path: Path) -> Image.Image:
    checked = check_image(path.read_bytes(), path.name)
    image = Image.open(BytesIO(checked.body))
    image.thumbnail((SIDE, SIDE))
    return image


def _shape(image: Image.Image) -> Image.Image:
    """White where the thing is: by what is opaque if something is not, else by what is light."""
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")
    if "A" in image.getbands():
        alpha = image.getchannel("A")
        if alpha.histogram()[:250] != [0] * 250:
            return alpha
    return image.convert("L")
