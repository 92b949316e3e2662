"""Values that mean another thing in another form: laid aside there, told again at home. Pure.

What is said in a lip sync is its subject, in a clip it is an extra that few can make; an effect for
a clip and one for a picture come from two lists. All else follows from form to form.
"""

from __future__ import annotations

from generations.catalogue.types import Operation

SPOKEN = ("voice", "speech", "sound")
ABOUT_SOUND = frozenset({Operation.LIP_SYNC, Operation.AVATAR, Operation.SOUND_EFFECT})
EFFECTS = frozenset({Operation.TEMPLATE, Operation.IMAGE_TEMPLATE})


def part(values: dict[str, str], before: str, now: str) -> None:
    """Lay aside what the form for ``before`` holds and ``now`` would misread; bring back its own.

    ``home_speech`` says for whom ``speech`` was typed, ``aside_clip_speech`` keeps another one.
    """
    for name in (*SPOKEN, "template"):
        here = _home(name, now)
        home = values.get(f"home_{name}") or _home(name, before) or here
        if here and home != here:
            for one in (name, f"at_{name}"):
                text = values.pop(one, "")
                values[one] = values.pop(f"aside_{here}_{one}", "")
                if text:
                    values[f"aside_{home}_{one}"] = text
            home = here
        values[f"home_{name}"] = home if values.get(name) else ""


def _home(name: str, operation: str) -> str:
    """To which forms a value of this name belongs; "" where the operation says nothing of it."""
    if not operation:
        return ""
    if name == "template":
        return operation if operation in EFFECTS else ""
    return "sound" if operation in ABOUT_SOUND else "clip"
