"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
# Above this many words, whole sentences are compared: word by word would take seconds.
MOST_WORDS = 3000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is in both, only in the first (gone) or only in the second (new)."""

    kind: str
    text: str


def diff(before: str, after: str) -> list[Piece]:
    first, second = _parts(before), _parts(after)
    if max(len(first), len(second)) > MOST_WORDS:
        first, second = (re.findall(r"[^.\n]+[.\n]*|[.\n]+", one) for one in (before, after))
    found = []
    for how, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(Piece(SAME, "".join(first[a:b])))
            continue
        if a < b:
            found.append(Piece(GONE, "".join(first[a:b])))
        if c < d:
            found.append(Piece(NEW, "".join(second[c:d])))
    return found


def _parts(text: str) -> list[str]:
    """Words with the space after them, and punctuation by itself."""
    return re.findall(r"\w+\s*|[^\w\s]\s*|\s+", text)
