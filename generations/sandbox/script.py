"""All that can be seen and heard in a clip, or seen in a picture."""

from dataclasses import dataclass

from generations.sandbox.jobs import stable


@dataclass(frozen=True)
class Script:
    """Equal scripts share one file."""

    width: int
    height: int
    seconds: float
    audio: bool
    prompt: str
    caption: str
    kind: str = "pan"  # which scene of scenes.py
    images: tuple[str, ...] = ()  # paths of the input pictures
    names: tuple[str, ...] = ()  # what stands beside each of them
    lengths: tuple[float, ...] = ()  # seconds from each picture to the next
    source: str = ""  # path of the clip that is continued or changed
    effect: str = ""
    box: tuple[float, ...] = ()  # where a picture is put in: left, top, right, bottom, 0 to 1
    suffix: str = "mp4"  # mp4, png, webp

    @property
    def name(self) -> str:
        return f"{stable(repr(self)):012x}.{self.suffix}"

    @property
    def still(self) -> bool:
        return self.suffix != "mp4"
