"""What an offering takes in one role. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .briefs import Input
from .words import Problem, formats

# As people know them.
CODECS = {"h264": "H.264", "hevc": "H.265"}
CALLED = {
    "image": "picture",
    "source": "video",
    "motion": "motion video",
    "reference": "picture",
    "video_reference": "video",
    "audio_reference": "sound",
}


def called(role: str) -> str:
    """A file in this role, as people call it: "first frame", "video"."""
    return CALLED.get(role) or role.replace("_", " ")


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What an offering takes in one role: how many files, of which kind.

    ``named``: each has a name that the prompt speaks of (``@robot``); ``types``: and is one of
    these ("subject", "background"). ``own``: only a clip that the provider made itself. The
    other limits are for one file, ``total_seconds`` for all in this role together; ``mimes``
    where it takes fewer kinds than the provider's uploads, ``name_bytes`` of a name in UTF-8;
    ``spoken`` how the provider reads ``@name`` ("@image{n}": by its number, from 1). ``made_by``:
    no clip of another model than these; ``codecs``: no video in another one.
    """

    role: str
    kind: str
    minimum: int = 1
    maximum: int = 1
    named: bool = False
    types: tuple[str, ...] = ()
    own: bool = False
    min_seconds: int | None = None
    max_seconds: int | None = None
    total_seconds: int | None = None
    max_bytes: int | None = None
    max_side: int | None = None
    mimes: tuple[str, ...] = ()
    name_bytes: int | None = None
    spoken: str = "@{name}"
    made_by: tuple[str, ...] = ()
    codecs: tuple[str, ...] = ()

    def problem(self, given: list[Input]) -> Problem | None:
        label = called(self.role)
        if len(given) < self.minimum:
            some = f"{self.minimum} {label}s: add them" if self.minimum > 1 else ""
            return Problem(self.role, f"needs {some or f'the {label}: add it'}")
        if len(given) > self.maximum:
            many = label if self.maximum == 1 else f"{label}s"
            return Problem(self.role, f"takes {self.maximum} {many} at most")
        for one in given:
            if one.kind != self.kind:
                return Problem(self.role, f"takes {self.kind} as {label}, not {one.kind}")
            if self.types and one.type not in self.types:
                return Problem(self.role, f"{label} must be {' or '.join(self.types)}")
        names = [one.name for one in given]
        if self.named and (not all(names) or len(set(names)) < len(names)):
            return Problem(self.role, f"each {label} needs a name of its own")
        return next((found for one in given if (found := self._file(one, label))), None) or (
            self._together(given, label)
        )

    def _file(self, one: Input, label: str) -> Problem | None:
        """What keeps one file out."""
        if self.own and not one.clip:
            return Problem(self.role, "takes only a clip that it made itself")
        if self.made_by and one.model and one.model not in self.made_by:
            return Problem(self.role, f"takes no clip of {one.model} as its {label}")
        if self.min_seconds and one.ms < self.min_seconds * 1000:
            return Problem(self.role, f"takes a {label} of {self.min_seconds} s at least")
        if self.max_seconds and one.ms > self.max_seconds * 1000:
            return Problem(self.role, f"takes a {label} of {self.max_seconds} s at most")
        if self.max_bytes and one.size > self.max_bytes:
            megabytes = self.max_bytes // 1_000_000
            return Problem(self.role, f"takes a {label} up to {megabytes} MB")
        if self.max_side and max(one.width, one.height) > self.max_side:
            return Problem(self.role, f"takes a {label} up to {self.max_side} px a side")
        if self.mimes and one.mime not in self.mimes:
            return Problem(self.role, f"takes a {label} as {formats(self.mimes)} only")
        if self.codecs and one.codec and one.codec not in self.codecs:
            known = " or ".join(CODECS.get(codec, codec) for codec in self.codecs)
            return Problem(self.role, f"takes a {label} in {known} only: export it so")
        if self.name_bytes and len(one.name.encode()) > self.name_bytes:
            return Problem(self.role, f"takes names of {self.name_bytes} bytes at most")
        return None

    def _together(self, given: list[Input], label: str) -> Problem | None:
        if self.total_seconds and sum(one.ms for one in given) > self.total_seconds * 1000:
            return Problem(self.role, f"takes {self.total_seconds} s of {label}s at most together")
        return None
