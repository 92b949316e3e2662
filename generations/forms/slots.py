"""What goes in beside words: the union of what the offerings take in each role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from generations.catalogue.types import InputSpec, MediaRules, Offering, Provider, formats

LABELS = {
    "image": "Picture",
    "first_frame": "First frame",
    "last_frame": "Last frame",
    "frame": "Frames, in their order",
    "reference": "Pictures to combine",
    "video_reference": "Videos to combine",
    "audio_reference": "Sounds to combine",
    "source": "Video",
    "motion": "Motion to copy",
    "voice_track": "Voice track",
}
WHAT = {"image": "a picture", "video": "a video", "audio": "a sound file"}


@dataclass(frozen=True, slots=True)
class Slot:
    """One role: how many files of which kind, at the provider that takes most.

    ``own``: nobody takes anything but a clip that the account made itself.
    """

    role: str
    kind: str
    minimum: int
    maximum: int
    named: bool
    types: tuple[str, ...]
    own: bool
    mimes: tuple[str, ...]
    max_bytes: int | None
    max_seconds: int | None

    @property
    def label(self) -> str:
        if self.role == "image" and self.many:
            return "Pictures"
        return LABELS.get(self.role, self.role.replace("_", " ").capitalize())

    @property
    def what(self) -> str:
        return WHAT[self.kind]

    @property
    def accept(self) -> str:
        """What a browser's own dialog shows first."""
        return ",".join(self.mimes) if self.kind == "image" else f"{self.kind}/*"

    @property
    def many(self) -> bool:
        return self.maximum > 1

    @property
    def limits(self) -> str:
        """What fits, before it is tried: "MP4 or MOV, up to 30 s and 50 MB"."""
        if self.own:
            return "An earlier clip that the same account made"
        most = [f"{self.max_seconds} s"] if self.max_seconds else []
        image = self.kind == "image"
        ours = settings.UPLOAD_MAX_BYTES if image else settings.UPLOAD_MEDIA_MAX_BYTES
        most += [f"{min(self.max_bytes or ours, ours) / 1e6:.0f} MB"]
        parts = [known] if (known := formats(self.mimes)) else []
        parts += [f"up to {' and '.join(most)}"]
        return ", ".join(parts)

    @property
    def count(self) -> str:
        """How many: "2 to 7", "up to 3"; nothing where it is one."""
        words = [] if self.minimum else ["if you like"]
        if self.minimum > 1:
            words += [f"{self.minimum} to {self.maximum}" if self.many else f"{self.minimum}"]
        elif self.many:
            words += [f"up to {self.maximum}"]
        return ", ".join(words)

    @property
    def wanted(self) -> str:
        """What to do while something is missing."""
        how = "drop, paste or choose one"
        if self.many and self.minimum > 1:
            return f"Add {self.minimum} {self.what.split(' ', 1)[1]}s at least."
        if self.own:
            return "Choose an earlier clip first."
        if self.role in ("image", "source", "reference"):
            return f"Add {self.what} first: {how}."
        return f"Add the {self.label.lower()} first: {how}."


type Offered = tuple[Provider, Offering]


def slots_of(offered: Iterable[Offered]) -> tuple[Slot, ...]:
    """One slot for each role that any of them takes, in the order of the catalogue."""
    rows = list(offered)
    found: dict[str, list[tuple[Provider, InputSpec]]] = {}
    for provider, offering in rows:
        for spec in offering.inputs:
            found.setdefault(spec.role, []).append((provider, spec))
    return tuple(
        _slot(role, specs, everybody=len(specs) == len(rows)) for role, specs in found.items()
    )


def _slot(role: str, specs: list[tuple[Provider, InputSpec]], *, everybody: bool) -> Slot:
    first = specs[0][1]
    rules = [(spec, provider.media.get(spec.kind)) for provider, spec in specs]
    sizes = [_least(spec.max_bytes, rule.max_bytes if rule else None) for spec, rule in rules]
    times = [_least(spec.max_seconds, rule.max_seconds if rule else None) for spec, rule in rules]
    mimes = (mime for spec, rule in rules for mime in _mimes(spec, rule))
    return Slot(
        role=role,
        kind=first.kind,
        minimum=min(spec.minimum for _, spec in specs) if everybody else 0,
        maximum=max(spec.maximum for _, spec in specs),
        named=any(spec.named for _, spec in specs),
        types=tuple(dict.fromkeys(one for _, spec in specs for one in spec.types)),
        own=all(spec.own for _, spec in specs),
        mimes=tuple(dict.fromkeys(mimes)),
        max_bytes=_most(sizes),
        max_seconds=_most(times),
    )


def _mimes(spec: InputSpec, rule: MediaRules | None) -> tuple[str, ...]:
    return spec.mimes or (rule.mimes if rule else ())


def _least(*limits: int | None) -> int | None:
    return min((one for one in limits if one), default=None)


def _most(limits: list[int | None]) -> int | None:
    """The loosest of them; None where somebody has no limit."""
    known = [one for one in limits if one is not None]
    return max(known) if known and len(known) == len(limits) else None
