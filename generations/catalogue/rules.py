"""Rules between the parts of a brief: names in a prompt, seconds that add up. Pure.

Each yields pairs of the field concerned and the words that say what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

Trouble = tuple[str, str]


def said(prompt: str, names: Sequence[str]) -> Iterator[Trouble]:
    """Every reference has a name of one word, the prompt speaks of it, and of nothing else."""
    good = True
    for at, name in enumerate(names):
        if not re.fullmatch(r"\w+", name):
            trouble = f"“{name}” must be one word of letters and digits"
        elif name in names[:at]:
            trouble = f"two references are called @{name}"
        elif not re.search(rf"@{name}(?!\w)", prompt):
            trouble = f"write @{name} into the prompt, or leave that reference out"
        else:
            continue
        good = False
        yield "prompt", trouble
    # Providers read every @ as the start of a name.
    for word in re.findall(r"@(\w*)", prompt) if good else ():
        if word not in names:
            text = f"@{word[:30]} is no reference here" if word else "an @ stands without a name"
            yield "prompt", f"{text}: take the @ out, or give a reference that name"
            break


def spelled(prompt: str, names: Mapping[str, str]) -> str:
    """The prompt as a provider reads it: each ``@name`` in its words.

    A word that ends in a space brings that space along only where there is none.
    """
    if not names:
        return prompt
    known = "|".join(re.escape(one) for one in names)

    def word(hit: re.Match[str]) -> str:
        text = names[hit[1]]
        return text.rstrip() if prompt[hit.end() : hit.end() + 1] == " " else text

    return re.sub(rf"@({known})(?!\w)", word, prompt)


def counted(prompt: str, given: Mapping[str, int]) -> Iterator[Trouble]:
    """``@img0`` is the first of as many as were given."""
    for word, count in given.items():
        told = {one.lstrip("0") or "0" for one in re.findall(rf"@{word}(\d+)", prompt)}
        for number in sorted(told):
            if len(number) > 3 or int(number) >= count:
                text = f"@{word}{number[:9]} names what was not given: {count} are there"
                yield "prompt", text


def adds_up(seconds: Mapping[int, object], ways: int, low: int, high: int) -> Iterator[Trouble]:
    """Each way from a frame to the next has its seconds, all of them together in the limits."""
    missing = [way for way in range(1, ways + 1) if way not in seconds]
    for way in missing:
        yield f"seconds_{way}", f"seconds {way} must be chosen"
    total = sum(one for one in seconds.values() if isinstance(one, int))
    if not missing and not low <= total <= high:
        yield "seconds_1", f"makes {low} to {high} s together, not {total} s"
