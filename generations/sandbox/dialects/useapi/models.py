"""The video and image models behind useapi: the sheet's grids."""

from dataclasses import dataclass

BASE = ("16:9", "9:16", "1:1", "4:3", "3:4")
SEVEN = (*BASE, "3:2", "2:3")
WIDE = (*SEVEN, "21:9")
CINEMA = (*BASE, "21:9")
SQUARE = ("16:9", "9:16", "1:1")
TWO = ("16:9", "9:16")
ALL = ("360p", "540p", "720p", "1080p")
TOGGLE, ALWAYS, REFUSED = "toggle", "always", "refused"


@dataclass(frozen=True)
class Model:
    name: str  # as everywhere in PixStudio
    lengths: tuple[int, ...]
    qualities: tuple[str, ...] = ALL
    ratios: tuple[str, ...] = BASE
    quality: str = ""  # the default; third-party models have none
    full_hd: int = 99  # longest in 1080p
    audio: str = TOGGLE
    sounds: bool = False  # without being asked
    native: bool = False
    text: bool = True
    frames: bool = False  # first and last frame
    images: int = 0  # in fusion, like the next two
    videos: int = 0
    tracks: int = 0

    def longest(self, quality: str) -> int:
        return min(self.lengths[-1], self.full_hd if quality == "1080p" else 99)


def _to(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


def _old(name: str, audio: str, images: int = 0, *, frames: bool = True) -> Model:
    return Model(
        name, _to(1, 10), quality="540p", full_hd=8, audio=audio, native=True, frames=frames,
        images=images,
    )  # fmt: skip


def _seedance(name: str, *qualities: str) -> Model:
    return Model(
        name, _to(4, 15), qualities, CINEMA, frames=True, images=9, videos=3, tracks=3
    )  # fmt: skip


def _other(name: str, first: int, last: int, *qualities: str, **more: object) -> Model:
    told = {"ratios": WIDE, "audio": REFUSED} | more
    return Model(name, _to(first, last), qualities, **told)  # type: ignore[arg-type]


_VEO = {"ratios": TWO, "frames": True, "audio": ALWAYS, "sounds": True}
_NATIVE = (
    Model("v6", _to(1, 15), ratios=WIDE, quality="720p", native=True, frames=True),
    _old("v5.6", TOGGLE, 7),
    _old("v5.5", TOGGLE),
    _old("v5", REFUSED, 3),
    _old("v5-fast", REFUSED, frames=False),
)
_OTHERS = (
    _seedance("seedance-2.0", "480p", "720p", "1080p", "2160p"),
    _seedance("seedance-2.0-fast", "480p", "720p"),
    _seedance("seedance-2.0-mini", "480p", "720p"),
    _other("seedance-2.5", 4, 30, "480p", "720p", "1080p", sounds=True, images=30, videos=10,
           tracks=10),
    _other("kling-o3", 3, 15, "720p", "1080p", ratios=SQUARE, audio=TOGGLE, frames=True, images=7),
    _other("kling-v3", 3, 15, "720p", "1080p", "2160p", ratios=SQUARE, audio=TOGGLE, frames=True),
    _other("grok-imagine", 1, 15, "480p", "720p", ratios=SEVEN, sounds=True),
    _other("grok-imagine-1.5", 1, 15, "480p", "720p", text=False),
    Model("veo-3.1-lite", (4, 6, 8), ("720p", "1080p"), TWO, audio=REFUSED, frames=True),
    Model("veo-3.1-standard", (4, 6, 8), ("720p", "1080p", "2160p"), **_VEO),  # type: ignore[arg-type]
    Model("veo-3.1-fast", (4, 6, 8), ("720p", "1080p", "2160p"), **_VEO),  # type: ignore[arg-type]
    _other("happyhorse-1.0", 3, 15, "720p", "1080p", ratios=BASE, audio=ALWAYS, sounds=True),
    _other("flux-3.0", 5, 20, "720p", "1080p"),
    _other("wan-3.0", 2, 30, "480p", "720p", "1080p", frames=True, images=5),
    _other("minimax-h3", 5, 15, "768p", "1440p", sounds=True, images=9),
    _other("gemini-omni-flash", 3, 10, "720p", ratios=TWO, sounds=True, images=5, videos=3),
)  # fmt: skip
_C1 = Model("c1", _to(1, 15), ratios=SEVEN, quality="720p", native=True, frames=True, images=7)
MODELS = {row.name: row for row in (*_NATIVE, *_OTHERS)} | {"pixverse-c1": _C1}

# Pictures

A = ("auto", "1:1", "16:9", "9:16", "4:3", "3:4", "5:4", "4:5", "3:2", "2:3", "21:9")
B = A[1:]
C = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9")
D = ("1:1", "1:2", "4:3", "3:4", "3:2", "2:3", "16:9", "9:16", "2:1", "21:9")


@dataclass(frozen=True)
class Painter:
    qualities: tuple[str, ...]
    references: int
    ratios: tuple[str, ...] = A  # the first is the default


PAINTERS = {
    "qwen-image": Painter(("720p", "1080p"), 3, B),
    "nano-banana": Painter(("1080p",), 3),
    "nano-banana-2": Painter(("512p", "1080p", "1440p", "2160p"), 9),
    "nano-banana-2-lite": Painter(("1080p",), 14),
    "nano-banana-pro": Painter(("1080p", "1440p", "2160p"), 9),
    "seedream-4.0": Painter(("1080p", "1440p", "2160p"), 6),
    "seedream-4.5": Painter(("1440p", "2160p"), 6),
    "seedream-5.0-lite": Painter(("1440p", "1800p", "2160p"), 6),
    "seedream-5.0-pro": Painter(("1080p", "1440p"), 10),
    "kling-3.0": Painter(("1080p", "1440p"), 1, C),
    "kling-o3": Painter(("1080p", "1440p", "2160p"), 1, C),
    "gpt-image-2.0": Painter(("1080p", "1440p", "2160p"), 9, D),
}
