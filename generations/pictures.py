"""What a card shows of the file that came: its still, its film, its size or length."""

from __future__ import annotations

from dataclasses import dataclass

from .catalogue.types import Media
from .models import Asset
from .templatetags.studio import clock


@dataclass(frozen=True, slots=True)
class Picture:
    """Addresses and words; empty where there is none.

    ``still`` and ``film`` are shown, ``box`` is the size for which their place is kept; ``size``
    is told of a picture, ``clock`` (the length) and ``sound`` of a film.
    """

    still: str = ""
    film: str = ""
    box: str = ""
    size: str = ""
    clock: str = ""
    sound: bool = False


def picture(asset: Asset | None, url: str) -> Picture:
    """``url`` is the page of its generation, with which the addresses of its files begin."""
    if asset is None:
        return Picture()
    is_picture = asset.kind == Media.IMAGE
    still = f"{url}poster" if asset.poster else f"{url}file" if is_picture else ""
    return Picture(
        still=still,
        film=f"{url}preview.mp4" if asset.preview else "",
        box=f'width="{asset.width}" height="{asset.height}"',
        size=f"{asset.width} × {asset.height}" if is_picture else "",
        clock="" if is_picture else clock(round(asset.duration_ms / 1000)),
        sound=asset.has_audio and not is_picture,
    )
