"""What a file is by its first bytes, and the sentence for each kind that is not taken."""

from __future__ import annotations

from pathlib import PurePath

# Pillow's name of the format -> (mime, extension of the stored file)
TAKEN = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
}
VIDEOS = {
    "MP4": ("video/mp4", "mp4"),
    "MOV": ("video/quicktime", "mov"),
    "WEBM": ("video/webm", "webm"),
}
SOUNDS = {
    "MP3": ("audio/mpeg", "mp3"),
    "WAV": ("audio/wav", "wav"),
    "M4A": ("audio/mp4", "m4a"),
    "AAC": ("audio/aac", "aac"),
}
ENDINGS = dict(row for kinds in (TAKEN, VIDEOS, SOUNDS) for row in kinds.values())
HEAD = 4096  # so many first bytes tell what a file is

_AS_PICTURE = "Save it as JPEG, PNG or WebP and choose that file."
_AS_VIDEO = "Save it as MP4 (H.264) and choose that file."
_AS_SOUND = "Save it as MP3, WAV or M4A and choose that file."
_REFUSED = {
    "GIF": "GIF is not taken. Save one frame of it as PNG, JPEG or WebP, or all of it as MP4.",
    "SVG": "SVG is a drawing, not a picture. Export it as PNG.",
    "HEIC": f"HEIC is not taken. {_AS_PICTURE}",
    "AVIF": f"AVIF is not taken. {_AS_PICTURE}",
    "TIFF": f"TIFF is not taken. {_AS_PICTURE}",
    "BMP": f"BMP is not taken. {_AS_PICTURE}",
    "PDF": "a PDF is not a picture. Export the page as PNG or JPEG.",
    "MKV": f"MKV is not taken. {_AS_VIDEO}",
    "AVI": f"AVI is not taken. {_AS_VIDEO}",
    "3GP": f"3GP is not taken. {_AS_VIDEO}",
    "WMV": f"Windows Media is not taken. {_AS_VIDEO} A sound: as MP3.",
    "FLV": f"Flash video is not taken. {_AS_VIDEO}",
    "MPEG": f"MPEG-1, MPEG-2 and transport streams are not taken. {_AS_VIDEO}",
    "OLDMOV": f"QuickTime of this old kind is not taken. {_AS_VIDEO}",
    "OGG": f"Ogg is not taken. {_AS_SOUND}",
    "FLAC": f"FLAC is not taken. {_AS_SOUND}",
    "AIFF": f"AIFF is not taken. {_AS_SOUND}",
    "AMR": f"AMR is not taken. {_AS_SOUND}",
    "MIDI": f"MIDI holds notes, not sound. {_AS_SOUND}",
    "PLAYLIST": "a playlist only says where a video is. Choose the video file itself.",
}
_NO_PICTURE = {
    **dict.fromkeys(VIDEOS, "a video is not a picture. Save one frame of it as PNG or JPEG."),
    **dict.fromkeys(SOUNDS, "a sound is not a picture. Choose a JPEG, PNG or WebP file."),
}
_ENDINGS = {
    "gif": "GIF",
    "svg": "SVG",
    "heic": "HEIC",
    "heif": "HEIC",
    "avif": "AVIF",
    "tif": "TIFF",
    "tiff": "TIFF",
    "bmp": "BMP",
    "pdf": "PDF",
    "m3u": "PLAYLIST",
    "m3u8": "PLAYLIST",
    "mpd": "PLAYLIST",
}
_STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMV"),
    (b"FLV\x01", "FLV"),
    (b"\0\0\x01\xba", "MPEG"),
    (b"\0\0\x01\xb3", "MPEG"),
    (b"OggS", "OGG"),
    (b"fLaC", "FLAC"),
    (b"#!AMR", "AMR"),
    (b"MThd", "MIDI"),
    (b"#EXTM3U", "PLAYLIST"),
    (b"ffconcat", "PLAYLIST"),
    (b"[playlist]", "PLAYLIST"),
)
_RIFF = {b"WEBP": "WEBP", b"WAVE": "WAV", b"AVI ": "AVI"}
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"M4A ", b"M4B "), "M4A"),
    b"qt  ": "MOV",
}


def kind_of(head: bytes) -> str:
    """A name of TAKEN, VIDEOS or SOUNDS, one of the refused kinds, or an empty string: unknown.

    ``head`` is the file's first bytes, HEAD of them if there are so many.
    """
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "WEBM" if b"webm" in head[:64] else "MKV"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "3GP" if brand[:2] == b"3g" else _BRANDS.get(brand, "MP4")
    if head[4:8] in (b"moov", b"mdat", b"wide"):
        return "OLDMOV"
    if head[:1] == b"G" and head[188:189] == b"G":
        return "MPEG"
    return _sound(head) or _written(head[:2000].lower())


def refusal(kind: str, name: str) -> str:
    """Why a file of a kind that is not taken, or of no known kind, is refused."""
    ending = PurePath(name).suffix.lstrip(".").lower()
    why = _REFUSED.get(kind) or _NO_PICTURE.get(kind) or _REFUSED.get(_ENDINGS.get(ending, ""))
    if why:
        return f"{name}: {why}"
    if ending in ("jpg", "jpeg", "png", "webp"):
        return f"{name} is not a picture. {_AS_PICTURE}"
    for what, kinds, how in (("video", VIDEOS, _AS_VIDEO), ("sound", SOUNDS, _AS_SOUND)):
        if ending in [one for _, one in kinds.values()]:
            return f"{name} is named like a {what}, but holds something else. {how}"
    return (
        f"{name} is not a picture, a video or a sound that can be used. "
        "Save a picture as JPEG, PNG or WebP, a video as MP4 (H.264), a sound as MP3 or WAV."
    )


def _sound(head: bytes) -> str:
    """MP3 and AAC have no name at their start, only the mark of a frame; tags may precede it."""
    at = 0
    if head.startswith(b"ID3") and len(head) >= 10:
        at = 10 + sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(head[6:10]))
        if at + 4 > len(head):
            return "MP3"
    frame = head[at : at + 4]
    if len(frame) < 4 or frame[0] != 0xFF:
        return "MP3" if at else ""
    if frame[1] & 0xF6 == 0xF0:
        return "AAC"
    layer_3 = frame[1] & 0xE6 == 0xE2
    return "MP3" if layer_3 and frame[2] >> 4 != 15 and frame[2] >> 2 & 3 != 3 else ""


def _written(text: bytes) -> str:
    """SVG, or a list of addresses, in a file that is a text."""
    if b"<svg" in text:
        return "SVG"
    return "PLAYLIST" if b"<smil" in text or b"<mpd" in text or b"<asx" in text else ""
