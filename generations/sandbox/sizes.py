"""How many pixels a quality and a ratio give."""

LONG_EDGE = {
    "360p": 640, "480p": 854, "512p": 910, "540p": 1024, "720p": 1280, "768p": 1366,
    "1080p": 1920, "1440p": 2560, "1800p": 3200, "2160p": 3840,
}  # fmt: skip
WIDEST = 2560  # of an upscaled clip: 4K would cost more than it shows


def pixels(quality: str, ratio: float) -> tuple[int, int]:
    """Even width and height; the quality fixes the long edge, the ratio is width by height."""
    edge = LONG_EDGE[quality]
    # H.264 in 4:2:0 needs even sides; the clamp keeps a banner-shaped upload drawable.
    ratio = min(max(ratio, 0.2), 5.0)
    short = round(edge * min(ratio, 1 / ratio) / 2) * 2
    return (edge, short) if ratio >= 1 else (short, edge)


def ratio_of(text: str) -> float:
    width, height = text.split(":")
    return int(width) / int(height)


def even(width: float, height: float, edge: int = 1920) -> tuple[int, int]:
    """These sides, made even, the longer one no longer than `edge`."""
    scale = min(1.0, edge / max(width, height, 1))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
