"""Small real files to hand in."""

import io
import wave
from functools import cache

import av
from PIL import Image


@cache
def clip(seconds=2, size=(320, 180), codec="libx264", container="mp4", rate=12):
    out = io.BytesIO()
    with av.open(out, "w", format=container) as film:
        stream = film.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(round(seconds * rate)):
            shade = (number * 9 % 256, 90, 160)
            film.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", size, shade))))
        film.mux(stream.encode(None))
    return out.getvalue()


@cache
def speech(seconds=2):
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return out.getvalue()


def picture(content):
    """Format and size of a picture that can be decoded whole."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image.format, image.size
