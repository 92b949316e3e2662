from __future__ import annotations

import hashlib
import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from generations.media import sniff
from generations.media.sniff import BadFile, check_image, clean_name

from .makers import animation, picture


def refused(body: bytes, name: str = "pic.png") -> str:
    with pytest.raises(BadFile) as caught:
        check_image(body, name)
    assert caught.value.text == str(caught.value)
    return caught.value.text


def shot(fmt: str, orientation: int = 1, **how: Any) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "secret words"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(fmt, exif=exif, **how)


@pytest.mark.parametrize(
    ("fmt", "mime", "ending"),
    [("JPEG", "image/jpeg", "jpg"), ("PNG", "image/png", "png"), ("WEBP", "image/webp", "webp")],
)
def test_plain_picture_keeps_its_bytes(fmt: str, mime: str, ending: str) -> None:
    body = picture(fmt)
    found = check_image(body, "a.xyz")
    assert found.body == body
    assert (found.mime, found.width, found.height, found.size) == (mime, 64, 48, len(body))
    assert found.digest == hashlib.sha256(body).hexdigest()
    assert found.ending == ending
    assert repr(body[:4])[2:-1] not in repr(found)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_png_mode_is_taken(mode: str) -> None:
    how = {} if mode == "I;16" else {"mode": mode}
    body = picture("PNG", **how)
    if mode == "I;16":
        out = BytesIO()
        Image.new("I;16", (64, 48), 7).save(out, "PNG")
        body = out.getvalue()
    assert check_image(body, "a.png").mime == "image/png"


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_jpeg_mode_is_taken(mode: str) -> None:
    assert check_image(picture("JPEG", mode=mode), "a.jpg").width == 64


def test_content_counts_and_not_the_name() -> None:
    assert check_image(picture("JPEG"), "photo.gif").mime == "image/jpeg"


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_metadata_goes_and_orientation_is_applied(fmt: str, orientation: int) -> None:
    body = shot(fmt, orientation)
    found = check_image(body, "a")
    assert found.body != body
    assert found.digest == hashlib.sha256(found.body).hexdigest()
    assert b"secret words" not in found.body
    assert b"Exif" not in found.body
    assert (found.width, found.height) == ((48, 64) if orientation in (6, 8) else (64, 48))
    with Image.open(BytesIO(found.body)) as stored:
        assert stored.size == (found.width, found.height)
        assert not stored.getexif()


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_cleaning_twice_changes_nothing_more(fmt: str) -> None:
    once = check_image(shot(fmt, 6), "a")
    assert check_image(once.body, "a").digest == once.digest


def test_jpeg_comment_xmp_and_png_text_go() -> None:
    assert b"secret" not in check_image(picture("JPEG", comment=b"secret"), "a").body
    assert b"secret" not in check_image(picture("JPEG", xmp=b"<x>secret</x>"), "a").body
    text = PngImagePlugin.PngInfo()
    text.add_text("parameters", "secret")
    assert b"secret" not in check_image(picture("PNG", pnginfo=text), "a").body


def test_jpeg_quality_and_colour_profile_survive_cleaning() -> None:
    profile = b"\0" * 128
    found = check_image(shot("JPEG", 6, quality=93, icc_profile=profile), "a")
    with (
        Image.open(BytesIO(found.body)) as after,
        Image.open(BytesIO(shot("JPEG", 6, quality=93))) as before,
    ):
        assert after.quantization == before.quantization
        assert after.info["icc_profile"] == profile


def test_transparency_survives_cleaning() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("a", "b")
    body = picture("PNG", mode="P", transparency=0, pnginfo=text)
    with Image.open(BytesIO(check_image(body, "a").body)) as after:
        assert after.info["transparency"] == 0


def test_phone_jpeg_of_several_pictures_becomes_one() -> None:
    one, two = Image.new("RGB", (64, 48), "red"), Image.new("RGB", (64, 48), "blue")
    out = BytesIO()
    one.save(out, "MPO", save_all=True, append_images=[two])
    found = check_image(out.getvalue(), "phone.jpg")
    assert found.mime == "image/jpeg"
    with Image.open(BytesIO(found.body)) as after:
        assert after.format == "JPEG"


def test_empty() -> None:
    assert refused(b"") == "pic.png is empty. Choose the file again."


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"hello, I am a text", "notes.png"),
        (b"\0" * 100, "zero.jpg"),
        (b"<html><body>404</body></html>", "page.jpg"),
    ],
)
def test_unknown_content(body: bytes, name: str) -> None:
    assert refused(body, name) == (
        f"{name} is not a picture. Save it as JPEG, PNG or WebP and choose that file."
    )


def test_unknown_content_and_name() -> None:
    text = refused(b"MZ\x90", "run.exe")
    assert text.startswith("run.exe is not a picture, a video or a sound")
    assert "MP4 (H.264)" in text


HEIF = b"\0\0\0\x18ftyp%s\0\0\0\0mif1"


@pytest.mark.parametrize(
    ("body", "name", "word"),
    [
        (picture("GIF"), "a.gif", "GIF"),
        (animation("GIF"), "a.png", "GIF"),
        (b"<svg xmlns='x'/>", "a.svg", "SVG"),
        (b"<?xml version='1.0'?>\n<SVG/>", "a.png", "SVG"),
        (HEIF % b"heic", "a.heic", "HEIC"),
        (HEIF % b"mif1", "a.jpg", "HEIC"),
        (HEIF % b"avif", "a.avif", "AVIF"),
        (picture("TIFF"), "a.tif", "TIFF"),
        (b"MM\0*....", "a.png", "TIFF"),
        (picture("BMP"), "a.bmp", "BMP"),
        (b"%PDF-1.7", "a.pdf", "PDF"),
        (HEIF % b"isom", "a.mp4", "video"),
        (b"\x1a\x45\xdf\xa3....webm", "a.webm", "video"),
        (b"who knows", "a.HEIF", "HEIC"),
        (b"who knows", "a.tiff", "TIFF"),
    ],
)
def test_known_kinds_that_are_not_taken(body: bytes, name: str, word: str) -> None:
    text = refused(body, name)
    assert text.startswith(f"{name}: ")
    assert word in text
    assert "PNG" in text


@pytest.mark.parametrize("fmt", ["PNG", "WEBP"])
def test_animations(fmt: str) -> None:
    assert "is an animation" in refused(animation(fmt))


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated(fmt: str, share: float) -> None:
    body = picture(fmt, (200, 150))
    assert "damaged or incomplete" in refused(body[: int(len(body) * share)])


@pytest.mark.parametrize("cut", [1, 4, 8, 12])
def test_png_without_its_end(cut: int) -> None:
    assert "damaged or incomplete" in refused(picture("PNG")[:-cut])


def test_bytes_above_the_limit(settings: Any) -> None:
    assert refused(b"\xff\xd8\xff" + bytes(30_000_000), "big.jpg") == (
        "big.jpg has 30.0 MB; at most 20 MB are taken. Make it smaller, or save it as JPEG."
    )
    settings.UPLOAD_MAX_BYTES = 100
    assert "at most 0.0001 MB" in refused(picture())


def png_claiming(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT\x35\xaf\x06\x1e"


def test_side_above_the_limit() -> None:
    text = refused(png_claiming(12_000, 800))
    assert "12000 x 800 pixels" in text
    assert "at most 10,000 on a side" in text


def test_too_many_pixels_are_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    assert "64 million in all" in refused(png_claiming(9_000, 9_000))


def test_decompression_bomb() -> None:
    assert "far too many pixels" in refused(png_claiming(60_000, 60_000))


def test_too_small() -> None:
    text = refused(picture("PNG", (31, 500)))
    assert "31 x 500 pixels" in text
    assert "32 or more" in text
    assert check_image(picture("PNG", (sniff.MIN_SIDE, 32)), "a").width == 32


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\me\\pic.png", "pic.png"),
        ("a\0b\n\u202ec.png", "abc.png"),
        ("", "picture"),
        ("   ", "picture"),
        ("x" * 300 + ".png", "x" * 196 + ".png"),
        ("Мöwe 海.png", "Мöwe 海.png"),
    ],
)
def test_names(given_name: str, clean: str) -> None:
    assert clean_name(given_name) == clean


@given(st.text(max_size=400))
def test_any_name_becomes_a_short_one(name: str) -> None:
    assert 0 < len(clean_name(name)) <= 200


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]),
)
def test_any_bytes_are_refused_in_words(body: bytes, start: bytes) -> None:
    assert refused(start + body)


@given(st.integers(0, 3000), st.integers(0, 255))
def test_a_flipped_byte_never_escapes(at: int, value: int) -> None:
    body = bytearray(picture("PNG", (80, 60)))
    body[at % len(body)] = value
    with suppress(BadFile):
        check_image(bytes(body), "a.png")
