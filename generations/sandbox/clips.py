"""Drawing and encoding the clips: real H.264 in MP4, AAC with a quiet tone where sound is asked."""

import array
import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from PIL import Image

from generations.sandbox.jobs import stable
from generations.sandbox.scenery import landscape, words
from generations.sandbox.scenes import scene_of
from generations.sandbox.script import Script

FPS = 24
RATE = 44100
SAMPLES = 1024
LARGE = 2_500_000  # pixels: from here on half the frames are enough


def render(script: Script, path: Path) -> None:
    """Write the finished file at `path`, or nothing."""
    draft = path.with_suffix(".part")
    if script.still:
        picture = next(frames(script, 1))
        picture.save(draft, script.suffix, compress_level=1, quality=70, method=0)
    else:
        _encode(script, draft)
    draft.replace(path)


def _encode(script: Script, draft: Path) -> None:
    fps = FPS if script.width * script.height <= LARGE else FPS // 2
    options = {"movflags": "+faststart"}
    with av.open(str(draft), "w", format="mp4", options=options) as container:
        picture = container.add_stream("libx264", rate=fps)
        picture.width, picture.height, picture.pix_fmt = script.width, script.height, "yuv420p"
        picture.options = {"preset": "ultrafast", "crf": "27", "bf": "0", "threads": "1"}
        sound = container.add_stream("aac", rate=RATE, layout="mono") if script.audio else None
        tones: Iterator[list[Any]] = iter(())
        if sound is not None:
            encode = sound.encode
            tones = tone(script.seconds, stable(script.prompt))
        count = max(1, round(script.seconds * fps))
        for number, image in enumerate(frames(script, count), start=1):
            container.mux(picture.encode(av.VideoFrame.from_image(image)))
            # Second by second, so that a player finds sound and picture side by side.
            for frame in next(tones, ()) if number % fps == 0 else ():
                container.mux(encode(frame))
        for frame in itertools.chain.from_iterable(tones):
            container.mux(encode(frame))
        container.mux(picture.encode(None))
        if sound is not None:
            container.mux(sound.encode(None))


def render_sample(word: str, path: Path) -> None:
    """A small picture of a word, or two seconds of its sound."""
    draft = path.with_suffix(".part")
    if path.suffix == ".png":
        landscape(320, 180, stable(word)).far.crop((0, 0, 320, 180)).save(draft, "png")
    else:
        with av.open(str(draft), "w", format="mp3") as container:
            sound = container.add_stream("mp3", rate=RATE, layout="mono")
            for frame in itertools.chain.from_iterable(tone(2, stable(word))):
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))
    draft.replace(path)


def frames(script: Script, count: int) -> Iterator[Image.Image]:
    above = script.kind in ("change", "onward")
    strip, top = words(script.width, script.height, script.prompt, script.caption, above=above)
    mask = strip.getchannel("A")
    ink = strip.convert("RGB")
    scene = scene_of(script)
    for number in range(count):
        image = scene(number / count)
        image.paste(ink, (0, top), mask)
        yield image


def tone(seconds: float, seed: int) -> Iterator[list[Any]]:
    """A quiet chord that swells and fades, one list of audio frames for each second."""
    root = (196.0, 220.0, 246.9, 261.6)[seed % 4]
    wave = array.array("h", (_sample(n / RATE, root) for n in range(RATE))).tobytes()
    step, total = SAMPLES * 2, round(seconds * RATE)
    for second in range(math.ceil(total / RATE)):
        pieces = []
        for start in range(0, min(RATE, total - second * RATE) * 2, step):
            piece = wave[start : start + step]
            frame = av.AudioFrame(format="s16", layout="mono", samples=len(piece) // 2)
            frame.planes[0].update(piece.ljust(frame.planes[0].buffer_size, b"\0"))
            frame.sample_rate, frame.pts = RATE, second * RATE + start // 2
            pieces.append(frame)
        yield pieces


def _sample(t: float, root: float) -> int:
    chord = math.sin(2 * math.pi * root * t) + math.sin(3 * math.pi * root * t)
    return int(900 * math.sin(math.pi * t) * chord)
