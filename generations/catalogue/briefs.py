"""What was asked: a frozen, provider-neutral brief and the files that go into it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .words import Media, Operation, Value

PADDING_MS = 50
PART_S = 5  # what a way from a frame to the next has when nobody told it


@dataclass(frozen=True, slots=True)
class Input:
    """A file that goes into a brief: an upload of ours, or ``clip``, an earlier generation's id.

    Sizes in bytes and pixels, ``ms`` in milliseconds (0 for a picture). ``name`` and ``type`` are
    what the prompt and the provider call a reference ("robot", "subject"). ``account`` is the
    account that made the ``clip``, by its uuid, and ``model`` what it was made with. ``codec`` is
    FFmpeg's name of it ("h264"), where it is known.
    """

    role: str
    upload: str
    mime: str
    size: int
    width: int
    height: int
    kind: str = Media.IMAGE.value
    ms: int = 0
    name: str = ""
    type: str = ""
    clip: str = ""
    account: str = ""
    model: str = ""
    codec: str = ""

    @property
    def started_seconds(self) -> int:
        """A few hundredths of padding in a container begin no second."""
        return max(1, -(-(self.ms - PADDING_MS) // 1000)) if self.ms else 0


@dataclass(frozen=True, slots=True)
class Brief:
    """The frozen, provider-neutral request. ``options`` holds only what was asked for.

    ``at`` is the provider, or the one account (its uuid), whose ids stand among the options:
    a template, a voice or a restyle of its list, a mask that it found. Empty where none does.
    """

    operation: str
    model: str
    prompt: str
    options: Mapping[str, Value] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    at: str = ""

    @property
    def image(self) -> Input | None:
        return next((one for one in self.inputs if one.role == "image"), None)

    def of(self, role: str) -> list[Input]:
        return [one for one in self.inputs if one.role == role]

    def has(self, name: str) -> bool:
        """Was this input, option or the prompt given?"""
        return bool(self.of(name) or name in self.options or (name == "prompt" and self.prompt))

    @property
    def seconds(self) -> int:
        """How long it shall be: the duration, or all ways between frames; 0 where none is told."""
        if "duration" in self.options:
            return int(self.options["duration"])
        if self.operation != Operation.MULTI_TRANSITION:
            return 0
        told = [int(name[8:]) for name in self.options if name.startswith("seconds_")]
        ways = max(len(self.of("frame")) - 1, *told, 1)
        return sum(int(self.options.get(f"seconds_{way}", PART_S)) for way in range(1, ways + 1))

    @property
    def source_seconds(self) -> int:
        """Started seconds of what goes in: the audio if there is one, else the video."""
        for kind in (Media.AUDIO, Media.VIDEO):
            if found := [one.started_seconds for one in self.inputs if one.kind == kind]:
                return sum(found)
        return 0

    def to_json(self) -> dict[str, Any]:
        return {
            "operation": self.operation,
            "model": self.model,
            "prompt": self.prompt,
            "options": dict(self.options),
            "inputs": [
                {name: getattr(one, name) for name in Input.__slots__} for one in self.inputs
            ],
            "at": self.at,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Brief:
        return cls(
            operation=data["operation"],
            model=data["model"],
            prompt=data["prompt"],
            options=dict(data["options"]),
            inputs=tuple(Input(**one) for one in data["inputs"]),
            at=data.get("at", ""),
        )
