"""The made-up lists of the simulated PixVerse: effects, voices, restyles."""

from dataclasses import dataclass

ALL = ("360p", "540p", "720p", "1080p")
SMALL = ALL[:2]
FIRST = 302_325_299_692_608


@dataclass(frozen=True)
class Effect:
    number: int
    name: str
    words: str
    images: int = 1  # 1 and 2 exactly; 3 to 5: two up to that many
    still: bool = False  # gives a picture
    qualities: tuple[str, ...] = ALL
    active: bool = True
    seconds: int = 5

    def takes(self, count: int) -> bool:
        return count == self.images if self.images < 3 else 2 <= count <= self.images


_MOVING = (
    "Paper World", "Balloon Flight", "Snow Globe", "Clay Friend", "Neon Dance", "Pop-up Book",
    "Lantern River", "Cloud Rider", "Sand Castle", "Winter Wings", "Toy Train", "Mirror Lake",
    "Comic Burst", "Garden Grow", "Moon Walk", "Puppet Show", "Ink Splash", "Golden Hour",
)  # fmt: skip
_STILL = ("Passport Sketch", "Clay Portrait", "Retro Poster", "Stained Glass", "Paper Cut")


def _all() -> tuple[Effect, ...]:
    made = [Effect(FIRST + n, name, f"{name}: one picture") for n, name in enumerate(_MOVING)]
    more = (
        Effect(FIRST + 100, "Warm Hug", "Two people hug: two pictures", 2),
        Effect(FIRST + 101, "Old and Young", "Then and now: two pictures", 2),
        Effect(FIRST + 102, "Group Jump", "Two to four pictures", 4),
        Effect(FIRST + 103, "Small Screen", "360p and 540p only", qualities=SMALL),
        Effect(FIRST + 104, "Locked Door", "Not activated in the console", active=False),
    )
    stills = [
        Effect(FIRST + 200 + n, name, f"{name}: one picture", still=True)
        for n, name in enumerate(_STILL)
    ]
    couple = Effect(FIRST + 210, "Couple Card", "Two pictures", 2, still=True)
    return (*made, *more, *stills, couple)


EFFECTS = {effect.number: effect for effect in _all()}

_NAMES = (
    "Emily", "James", "Isabella", "Liam", "Chloe", "Adrian", "Harper", "Ava", "Sophia", "Julia",
    "Mason", "Jack", "Oliver", "Ethan",
)  # fmt: skip
VOICES = {**{str(n): name for n, name in enumerate(_NAMES, start=1)}, "Auto": "Auto"}

_STYLES = (
    "Ink Drawing", "Watercolour", "Clay", "Anime", "Comic", "Oil Painting", "Cyberpunk", "Felt",
    "Paper Cut", "Pixel Art", "Charcoal", "Pastel",
)  # fmt: skip
RESTYLES = {322_004_186_061_696 + n: name for n, name in enumerate(_STYLES)}
