"""Pictures for the clips: a layered landscape of a prompt's own colours, and the words on it."""

import math
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from generations.sandbox.lettering import Font, drawable, font

Colour = tuple[int, int, int]

# Sky from top to bottom, sun, and three ridges from far to near.
PALETTES: tuple[tuple[Colour, Colour, Colour, tuple[Colour, Colour, Colour]], ...] = (
    ((255, 144, 88), (122, 68, 118), (255, 214, 150), ((88, 45, 88), (55, 30, 66), (28, 18, 42))),
    ((30, 58, 110), (142, 172, 200), (240, 228, 196), ((66, 108, 118), (38, 74, 88), (16, 36, 44))),
    ((18, 10, 48), (64, 36, 104), (250, 226, 190), ((44, 24, 84), (28, 16, 58), (10, 8, 26))),
    (
        (172, 212, 190),
        (232, 222, 178),
        (255, 240, 196),
        ((126, 166, 126), (82, 126, 90), (40, 74, 54)),
    ),
    (
        (242, 98, 110),
        (255, 176, 124),
        (255, 226, 160),
        ((168, 68, 100), (112, 44, 84), (54, 22, 54)),
    ),
    (
        (92, 160, 220),
        (238, 228, 214),
        (255, 246, 214),
        ((108, 140, 170), (72, 100, 132), (36, 54, 82)),
    ),
)


PLATE = 225  # how dense the plate behind words at the top is


@dataclass
class Landscape:
    """A wide far picture and a wide near one; moving them at two speeds gives depth."""

    far: Image.Image
    near: Image.Image
    near_mask: Image.Image
    near_top: int
    travel: int


def landscape(width: int, height: int, seed: int) -> Landscape:
    dice = random.Random(seed)  # noqa: S311 - the same prompt shall give the same picture
    sky_top, sky_low, sun, ridges = dice.choice(PALETTES)
    travel = max(2, width // 4)
    wide = width + travel
    far = ImageOps.colorize(
        Image.linear_gradient("L").resize((wide, height)), sky_top, sky_low
    ).convert("RGB")
    _sun(far, dice, sun)
    for depth, colour in enumerate(ridges[:2]):
        far.paste(colour, mask=_ridge(wide, height, dice, 0.52 + 0.13 * depth, 0.10 - 0.02 * depth))
    near_top = int(height * 0.62)
    mask = _ridge(wide + travel, height, dice, 0.80, 0.09).crop(
        (0, near_top, wide + travel, height)
    )
    return Landscape(far, Image.new("RGB", mask.size, ridges[2]), mask, near_top, travel)


def _sun(sky: Image.Image, dice: random.Random, colour: Colour) -> None:
    size = min(sky.size) // 5
    glow = Image.new("L", (size * 4, size * 4))
    middle = size * 2
    disc = ImageDraw.Draw(glow)
    disc.ellipse([middle - size, middle - size, middle + size, middle + size], fill=70)
    glow = glow.filter(ImageFilter.GaussianBlur(size // 2))
    half = size // 2
    disc = ImageDraw.Draw(glow)
    disc.ellipse([middle - half, middle - half, middle + half, middle + half], fill=235)
    glow = glow.filter(ImageFilter.GaussianBlur(max(1, size // 16)))
    x = int(sky.width * dice.uniform(0.3, 0.7)) - middle
    sky.paste(colour, (x, int(sky.height * dice.uniform(0.24, 0.42)) - middle), glow)


def _ridge(width: int, height: int, dice: random.Random, base: float, rise: float) -> Image.Image:
    """A smooth skyline as a mask, drawn at double height so that its edge is soft."""
    waves = [
        (rise * height / (n + 1), (n + 1.3) * dice.uniform(2.2, 3.6) / height, dice.uniform(0, 7))
        for n in range(4)
    ]
    step = max(2, width // 200)
    line = [
        (x, (height * base - sum(a * math.sin(f * x + p) for a, f, p in waves)) * 2)
        for x in range(0, width + step, step)
    ]
    mask = Image.new("L", (width, height * 2))
    ImageDraw.Draw(mask).polygon([*line, (width, height * 2), (0, height * 2)], fill=255)
    return mask.resize((width, height), Image.Resampling.BOX)


def words(
    width: int, height: int, prompt: str, caption: str, *, above: bool = False
) -> tuple[Image.Image, int]:
    """The text as an RGBA strip over the whole width, and the y at which it stands.

    `above` is for clips made of clips, which have their own words below: a plate at the top.
    """
    big = max(12, int(min(width, height * 1.4) * 0.042))
    small = max(10, int(big * 0.72))
    letters, little = font(big), font(small)
    margin = max(8, width // 28)
    lines = _wrap(drawable(prompt), letters, width - 2 * margin)[:3]
    captions = _wrap(caption, little, width - 2 * margin)[:2]
    room = margin if above else margin * 2
    tall = int(len(lines) * big * 1.3 + len(captions) * small * 1.35) + room
    strip = Image.new("RGBA", (width, tall))
    if above:
        strip.putalpha(PLATE)
    else:
        shade = Image.linear_gradient("L").resize((width, tall))
        strip.putalpha(shade.point(lambda v: min(205, int(v * 1.1))))
    pen = ImageDraw.Draw(strip)
    y = margin / 2 if above else float(margin)
    for line in lines:
        pen.text((margin, y), line, font=letters, fill=(255, 255, 255, 255))
        y += big * 1.3
    for line in captions:
        pen.text((margin, y), line, font=little, fill=(226, 226, 232, 255))
        y += small * 1.35
    return strip, 0 if above else height - tall


def _wrap(text: str, letters: Font, room: int) -> list[str]:
    lines = [""]
    for word in text[:400].split():
        longer = f"{lines[-1]} {word}".strip()
        if letters.getlength(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line]
