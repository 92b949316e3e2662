"""Clips that go into other clips: an upload, or an earlier result."""

import itertools
from dataclasses import dataclass
from typing import Any

from generations.sandbox.jobs import Job
from generations.sandbox.money import started
from generations.sandbox.scenes import decoded
from generations.sandbox.shelf import Upload
from generations.sandbox.sizes import even


@dataclass(frozen=True)
class Source:
    told: dict[str, Any]  # as a recipe names it
    mark: str  # the same for the same clip
    width: int
    height: int
    seconds: float
    sound: bool
    codec: str = "h264"
    fps: float = 24.0
    original: str = ""  # file name on the client's side

    @property
    def started(self) -> int:
        return started(self.seconds)

    @property
    def size(self) -> list[int]:
        return list(even(self.width, self.height))

    @property
    def quality(self) -> str:
        return f"{min(self.width, self.height)}p"


def of_job(job: Job) -> Source:
    order = job.order
    told, mark = {"job": job.number}, f"job {job.number}"
    return Source(told, mark, job.width, job.height, order.seconds, order.audio)


def of_upload(upload: Upload) -> Source:
    return Source(
        {"file": upload.name},
        f"upload {upload.number}",
        upload.width,
        upload.height,
        upload.seconds,
        upload.sound,
        upload.codec,
        upload.fps,
        upload.original,
    )


def frame(path: str, number: int) -> Any:
    """The frame of this number, counted from 1, or the last one."""
    found = None
    for _, found in itertools.islice(decoded(path), number):  # noqa: B007 - the last one counts
        pass
    return found
