"""Letters for what is drawn on pictures: the studio's own font, and what it has no letters for."""

import unicodedata
from pathlib import Path

from PIL import ImageFont

# Vendored for the pages; Latin letters only, and no larger file is worth it for play.
INTER = Path(__file__).parents[2] / "static/vendor/inter/inter-latin-wght-normal.woff2"
# No font has a letter for it, so it is drawn as what stands for a missing one.
NO_LETTER = "\uffff"

type Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def font(size: int) -> Font:
    try:
        return ImageFont.truetype(str(INTER), size)
    except OSError:  # gone, or this Pillow cannot unpack it
        return ImageFont.load_default(size=size)


def drawable(text: str) -> str:
    """The text without what would be a box, and a note of how many signs that were."""
    whole = unicodedata.normalize("NFC", text)
    letters = font(20)
    missing = _drawn(letters, NO_LETTER)
    boxes = {one for one in set(whole) if not one.isspace() and _drawn(letters, one) == missing}
    left = sum(one in boxes for one in whole)
    if not left:
        return whole
    kept = " ".join("".join(" " if one in boxes else one for one in whole).split())
    signs = "1 sign" if left == 1 else f"{left} signs"
    return f"{kept} ({signs} not drawn: no such letters here)".strip()


def _drawn(letters: Font, one: str) -> tuple[tuple[int, int], bytes]:
    mask = letters.getmask(one)
    return mask.size, bytes(mask)
