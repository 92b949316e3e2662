"""What moves in a clip: one function per kind of recipe, from progress (0 to 1) to a picture.

A scene is asked with growing progress only, so those that read a source clip decode it once.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import av
from PIL import Image, ImageColor, ImageDraw, ImageOps

from generations.sandbox.jobs import stable
from generations.sandbox.lettering import drawable, font
from generations.sandbox.scenery import landscape
from generations.sandbox.script import Script
from generations.sandbox.sizes import even

type Scene = Callable[[float], Image.Image]


def scene_of(script: Script) -> Scene:
    return SCENES[script.kind](script)


def pan(script: Script) -> Scene:
    """A landscape of the prompt's own colours, passing by."""
    w, h = script.width, script.height
    land = landscape(w, h, stable(script.prompt))

    def scene(progress: float) -> Image.Image:
        x = int(land.travel * progress)
        image = land.far.crop((x, 0, x + w, h))
        near = (2 * x, 0, 2 * x + w, h - land.near_top)
        image.paste(land.near.crop(near), (0, land.near_top), land.near_mask.crop(near))
        return image

    return scene


def still(script: Script) -> Scene:
    """The input picture, slowly coming nearer."""
    return nearer(read(script.images[0]), script)


def nearer(picture: Image.Image, script: Script) -> Scene:
    w, h = script.width, script.height
    picture = picture.resize((w, h), Image.Resampling.LANCZOS)

    def scene(progress: float) -> Image.Image:
        dx, dy = w * 0.06 * progress, h * 0.06 * progress
        box = (dx, dy, w - dx, h - dy)
        return picture.resize((w, h), Image.Resampling.BILINEAR, box=box)

    return scene


def sequence(script: Script) -> Scene:
    """Picture after picture, each melting into the next."""
    pictures = [fit(read(path), script) for path in script.images]
    lengths = script.lengths or (1.0,) * (len(pictures) - 1)
    total = sum(lengths)

    def scene(progress: float) -> Image.Image:
        moment = progress * total
        for number, length in enumerate(lengths):
            if moment < length or number == len(lengths) - 1:
                share = min(1.0, moment / length)
                return Image.blend(pictures[number], pictures[number + 1], share)
            moment -= length
        return pictures[-1].copy()

    return scene


def collage(script: Script) -> Scene:
    """The references side by side with their names; a light moves from one to the next."""
    w, h = script.width, script.height
    board = landscape(w, h, stable(script.prompt)).far.crop((0, 0, w, h))
    pictures = [read(path) for path in script.images]
    columns = min(len(pictures), 3 if len(pictures) < 10 else 6)
    rows = -(-len(pictures) // columns)
    cell_w, cell_h, gap = w // columns, int(h * 0.72) // rows, max(4, w // 90)
    letters = font(max(11, h // 26))
    pen = ImageDraw.Draw(board)
    boxes = []
    for number, picture in enumerate(pictures):
        x, y = number % columns * cell_w, number // columns * cell_h
        room = (max(2, cell_w - 2 * gap), max(2, cell_h - 2 * gap))
        board.paste(ImageOps.fit(picture, room), (x + gap, y + gap))
        boxes.append((x + gap, y + gap, x + gap + room[0], y + gap + room[1]))
        name = drawable(script.names[number] if number < len(script.names) else "")
        pen.text((x + 2 * gap, y + 2 * gap), name, font=letters, fill="white", stroke_width=2,
                 stroke_fill="black")  # fmt: skip

    def scene(progress: float) -> Image.Image:
        image = board.copy()
        lit = boxes[min(len(boxes) - 1, int(progress * len(boxes)))]
        ImageDraw.Draw(image).rectangle(lit, outline="white", width=max(2, gap // 2))
        return image

    return scene


def onward(script: Script) -> Scene:
    """From the source's last frame on."""
    last = deque(decoded(script.source), maxlen=1)
    return nearer(last[0][1].to_image(), script) if last else pan(script)


def change(script: Script) -> Scene:
    """The source again, seen through an effect."""
    reader, effect = Reader(script), EFFECTS[script.effect or "plain"]
    insets = [read(path) for path in script.images]
    return lambda progress: effect(reader.at(progress), script, insets)


def perform(script: Script) -> Scene:
    """A picture that moves as somebody in a small film does."""
    scene, reader = still(script), Reader(script)
    small = even(*reader.shape, max(script.width, script.height) // 4)

    def moving(progress: float) -> Image.Image:
        image = scene(progress)
        image.paste(reader.at(progress).resize(small), (script.width - small[0], 0))
        return image

    return moving


# Effects

type Effect = Callable[[Image.Image, Script, list[Image.Image]], Image.Image]


def plain(image: Image.Image, script: Script, insets: list[Image.Image]) -> Image.Image:
    return image


def poster(image: Image.Image, script: Script, insets: list[Image.Image]) -> Image.Image:
    return ImageOps.posterize(image, 2)


def tint(image: Image.Image, script: Script, insets: list[Image.Image]) -> Image.Image:
    colour = ImageColor.getrgb(f"hsl({stable(script.prompt) % 360}, 70%, 45%)")
    image = Image.blend(image, Image.new("RGB", image.size, colour), 0.3)
    for number, inset in enumerate(insets):
        side = image.height // 6
        place = (image.width - side - 8, image.height // 3 + number * (side + 8))
        image.paste(ImageOps.fit(inset, (side, side)), place)
    return image


def swapped(image: Image.Image, script: Script, insets: list[Image.Image]) -> Image.Image:
    w, h = image.size
    left, top, right, bottom = script.box
    size = (max(2, int((right - left) * w)), max(2, int((bottom - top) * h)))
    image.paste(ImageOps.fit(insets[0], size), (int(left * w), int(top * h)))
    return image


EFFECTS: dict[str, Effect] = {"plain": plain, "poster": poster, "tint": tint, "swap": swapped}


# Reading


def read(path: str) -> Image.Image:
    with Image.open(path) as opened:
        return opened.convert("RGB")


def fit(picture: Image.Image, script: Script) -> Image.Image:
    return ImageOps.fit(picture, (script.width, script.height), Image.Resampling.BILINEAR)


def decoded(path: str) -> Iterator[tuple[float, Any]]:
    """The frames of a clip with their moments."""
    with av.open(path) as film:
        film.streams.video[0].codec_context.thread_count = 1
        for frame in film.decode(video=0):
            yield float(frame.time or 0.0), frame


class Reader:
    """The frames of a source clip, scaled, by progress; the last one stays when it is over."""

    def __init__(self, script: Script) -> None:
        self._size = (script.width, script.height)
        self._seconds = script.seconds
        self._frames = decoded(script.source)
        self._next = next(self._frames, None)
        first = self._next and self._next[1]
        self.shape: tuple[int, int] = (first.width, first.height) if first else self._size
        self._shown: Image.Image | None = None

    def at(self, progress: float) -> Image.Image:
        moment, newest = progress * self._seconds + 0.001, None
        while self._next and self._next[0] <= moment:
            newest, self._next = self._next[1], next(self._frames, None)
        if newest is not None:
            self._shown = newest.reformat(*self._size).to_image()
        if self._shown is None:
            self._shown = Image.new("RGB", self._size)
        return self._shown.copy()


SCENES: dict[str, Callable[[Script], Scene]] = {
    "pan": pan,
    "still": still,
    "sequence": sequence,
    "collage": collage,
    "onward": onward,
    "change": change,
    "perform": perform,
}
