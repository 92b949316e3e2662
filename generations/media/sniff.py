"""Is it really a picture that a provider will take? Asked of every upload before it is stored."""

from __future__ import annotations

import hashlib
import struct
import threading
import unicodedata
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePath

from django.conf import settings
from PIL import Image, ImageOps, JpegImagePlugin

from .errors import BadFile
from .kinds import HEAD, TAKEN, kind_of, refusal

__all__ = ["MAX_PIXELS", "MIN_SIDE", "BadFile", "CheckedImage", "check_image", "probe_picture"]

# A smaller side is a tracking dot or an icon; no provider publishes its own lower limit.
MIN_SIDE = 32
# 64 megapixels need 256 MB while decoded; one picture at a time, so that the box stays small.
MAX_PIXELS = 64_000_000
_decoding = threading.Lock()

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, IndexError)
_METADATA = ("exif", "xmp", "photoshop", "comment", "XML:com.adobe.xmp", "mp")
_KEPT = ("icc_profile", "transparency", "gamma", "dpi", "jfif", "adobe", "adobe_transform")
_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class CheckedImage:
    """A picture without metadata, upright. ``size`` in bytes; ``digest`` is the body's SHA-256."""

    mime: str
    width: int
    height: int
    size: int
    digest: str
    body: bytes = field(repr=False)
    name: str

    @property
    def ending(self) -> str:
        return next(ending for mime, ending in TAKEN.values() if mime == self.mime)


def check_image(body: bytes, name: str) -> CheckedImage:
    """Check a picture and take its metadata away. Raises BadFile with what to do instead.

    The bytes stay as they are unless they carry metadata or an orientation to be applied.
    """
    name = clean_name(name)
    if not body:
        raise BadFile(f"{name} is empty. Choose the file again.")
    check_size(len(body), name)
    kind = kind_of(body)
    if kind not in TAKEN:
        raise BadFile(refusal(kind, name))
    with _decoding:
        body, width, height = _decoded(body, kind, name)
    check_size(len(body), name)
    digest = hashlib.sha256(body).hexdigest()
    return CheckedImage(TAKEN[kind][0], width, height, len(body), digest, body, name)


def probe_picture(path: Path) -> tuple[str, int, int]:
    """Mime and sides of a picture that a provider made, decoded whole. Raises BadFile.

    Unlike an upload's, its bytes stay as they came, and its size is the provider's affair.
    """
    with path.open("rb") as file:
        kind = kind_of(file.read(HEAD))
    if kind not in TAKEN:
        raise BadFile(
            "The file is not a picture." if kind or path.stat().st_size else "It is empty."
        )
    try:
        with _decoding, Image.open(path, formats=[kind]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise BadFile(f"The picture has {image.width} x {image.height} pixels: too large.")
            image.load()
            return TAKEN[kind][0], image.width, image.height
    except (*_BROKEN, Image.DecompressionBombError):
        raise BadFile("The file is not a whole picture: damaged or incomplete.") from None


def clean_name(name: str) -> str:
    """The last part of a file's name without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    last = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip() or "picture"
    path = PurePath(last)
    return (
        last
        if len(last) <= 200
        else f"{path.stem[: 200 - len(path.suffix[:10])]}{path.suffix[:10]}"
    )


def check_size(size: int, name: str) -> None:
    """Raises BadFile if ``size`` (bytes) is above the limit."""
    limit = settings.UPLOAD_MAX_BYTES
    if size > limit:
        raise BadFile(
            f"{name} has {size / 1e6:.1f} MB; at most {limit / 1e6:g} MB are taken. "
            "Make it smaller, or save it as JPEG."
        )


def _decoded(body: bytes, kind: str, name: str) -> tuple[bytes, int, int]:
    """Decode all of it; the bytes to be stored, with width and height in pixels."""
    broken = BadFile(f"{name} is damaged or incomplete. Save or download it again.")
    try:
        image = Image.open(BytesIO(body), formats=[kind])
    except Image.DecompressionBombError:
        raise _too_large(name, "far too many pixels") from None
    except _BROKEN:
        raise broken from None
    with image:
        _check_frame(image, kind, name)
        try:
            image.load()
            whole = kind != "PNG" or b"IEND\xaeB`\x82" in body
            if not whole:
                raise broken
            if _has_metadata(image):
                return _cleaned(image, kind)
        except _BROKEN:
            raise broken from None
        return body, image.width, image.height


def _check_frame(image: Image.Image, kind: str, name: str) -> None:
    """Sides, pixels and stillness, from the header alone. A phone's MPO counts as its JPEG."""
    width, height = image.size
    if max(width, height) > settings.UPLOAD_MAX_SIDE or width * height > MAX_PIXELS:
        raise _too_large(name, f"{width} x {height} pixels")
    if min(width, height) < MIN_SIDE:
        raise BadFile(
            f"{name} has {width} x {height} pixels; each side needs {MIN_SIDE} or more. "
            "Choose a larger picture."
        )
    if kind != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise BadFile(
            f"{name} is an animation; only still pictures are taken. "
            "Save one frame of it as PNG, JPEG or WebP."
        )


def _too_large(name: str, actual: str) -> BadFile:
    return BadFile(
        f"{name} has {actual}; at most {settings.UPLOAD_MAX_SIDE:,} on a side and "
        f"{MAX_PIXELS // 1_000_000} million in all are taken. Make it smaller."
    )


def _has_metadata(image: Image.Image) -> bool:
    if any(image.info.get(name) for name in _METADATA) or image.getexif():
        return True
    return bool(getattr(image, "text", None)) or image.format == "MPO"


def _cleaned(image: Image.Image, kind: str) -> tuple[bytes, int, int]:
    """Upright and without metadata, in the same format and about the same quality."""
    upright = ImageOps.exif_transpose(image)
    upright.info = {name: upright.info[name] for name in _KEPT if name in upright.info}
    how: dict[str, object] = {}
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        sampling = JpegImagePlugin.get_sampling(image)
        how = {"qtables": image.quantization, "subsampling": max(sampling, 0)}
    elif kind == "WEBP":
        how = {"quality": 95}
    if profile := upright.info.get("icc_profile"):
        how["icc_profile"] = profile
    out = BytesIO()
    upright.save(out, format=kind, **how)
    return out.getvalue(), upright.width, upright.height
