"""What can be made to go wrong, and how it is chosen: words in the prompt, or rules from outside.

`docs/sandbox.md` says for every word what each dialect does; a test holds the two together.
"""

import itertools
import random
import re
import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    word: str
    says: str
    aliases: tuple[str, ...] = ()


_ALL = (
    # At the door: nothing is created.
    Fault("refuse", "certain refusal at submit", ("refused",)),
    Fault("moderate-now", "refused by moderation at submit", ("moderated-now",)),
    Fault("no-balance", "the balance is said to be too low", ("poor",)),
    Fault("locked", "the account is locked or not allowed", ("596",)),
    Fault("busy", "too many jobs, for the first two tries of a prompt", ("429",)),
    Fault("flood", "too many jobs, always", ("always-busy",)),
    Fault("reset", "connection reset before the job is made"),
    Fault("5xx", "plain 500, nothing created", ("500",)),
    # At the door: the job exists, the answer does not arrive.
    Fault("lost-reply", "the job is made, the connection dies", ("lost-answer", "lost")),
    Fault("5xx-made", "the job is made, the answer is a 502 page", ("502",)),
    Fault("garbled", "the job is made, the answer is unreadable"),
    # How it ends, and when.
    Fault("fail", "the job ends failed", ("failed",)),
    Fault("error", "the job ends with a system error"),
    Fault("moderate", "the job ends moderated", ("moderated",)),
    Fault("slow", "ten times slower"),
    Fault("never", "never finishes", ("stuck",)),
    # While it is asked about.
    Fault("poll-5xx", "the first three status calls answer 500"),
    Fault("poll-404", "the first three status calls answer not found"),
    Fault("unknown-status", "an undocumented status while it runs"),
    # Money.
    Fault("wrong-charge", "charges and reports double", ("double-charge",)),
    Fault("overcharge", "charges and reports half as much again"),
    Fault("undercharge", "charges and reports half"),
    Fault("other-seconds", "charges and reports three seconds more than asked"),
    Fault("charge-twice", "charges in two lines and reports both together"),
    Fault("charge-failed", "fails, and the charge stays"),
    # The file.
    Fault("expired-link", "the first link is dead until the status is asked again"),
    Fault("dead-link", "every link is dead"),
    Fault("truncated", "the file is cut once"),
    Fault("truncated-always", "the file is cut every time"),
    Fault("wrong-type", "a web page instead of the file"),
    # Webhooks.
    Fault("dup-hook", "the webhook comes three times"),
    Fault("forged-hook", "one more webhook that lies about a running job"),
    Fault("no-hook", "no webhook"),
    Fault("late-hook", "the webhook comes a minute late"),
)
FAULTS = {fault.word: fault for fault in _ALL}
_NAMES = {name: fault.word for fault in _ALL for name in (fault.word, *fault.aliases)}
_BRACKETS = re.compile(r"\[([a-z0-9-]+)\]", re.IGNORECASE)


def known(words: list[str]) -> list[str]:
    """The registry's names for these words and aliases; raises KeyError for a stranger."""
    return [_NAMES[word.strip().strip("[]").lower()] for word in words]


def words_in(prompt: str) -> frozenset[str]:
    found = (match.group(1).lower() for match in _BRACKETS.finditer(prompt))
    return frozenset(_NAMES[word] for word in found if word in _NAMES)


@dataclass
class Rule:
    """Faults for the next submissions of a provider (`*`: of any).

    With a `seed` one of the words strikes, by dice that fall the same way each time.
    """

    number: int
    provider: str
    words: list[str]
    left: int | None  # None: always
    probability: float = 1.0
    seed: int | None = None


class Rules:
    """The rules in force. A rule with `left` loses one with each submission it struck."""

    def __init__(self, saved: list[Rule]) -> None:
        self._lock = threading.Lock()
        self._number = itertools.count(max((rule.number for rule in saved), default=0) + 1)
        self._dice: dict[int, random.Random] = {}
        self.all = saved

    def add(
        self,
        provider: str,
        words: list[str],
        left: int | None,
        probability: float,
        seed: int | None = None,
    ) -> Rule:
        with self._lock:
            rule = Rule(next(self._number), provider, known(words), left, probability, seed)
            self.all.append(rule)
            return rule

    def clear(self, provider: str = "*") -> None:
        with self._lock:
            self.all[:] = [r for r in self.all if provider not in ("*", r.provider)]

    def draw(self, provider: str) -> frozenset[str]:
        if not self.all:
            return frozenset()
        struck: set[str] = set()
        with self._lock:
            for rule in self.all:
                if rule.provider not in ("*", provider):
                    continue
                dice = self._dice_of(rule)
                if dice.random() >= rule.probability:
                    continue
                struck.update(rule.words if rule.seed is None else [dice.choice(rule.words)])
                if rule.left is not None:
                    rule.left -= 1
            self.all[:] = [r for r in self.all if r.left is None or r.left > 0]
        return frozenset(struck)

    def _dice_of(self, rule: Rule) -> random.Random:
        """Dice, not secrets. A rule's own ones begin anew when the sandbox does."""
        return self._dice.setdefault(rule.number, random.Random(rule.seed))  # noqa: S311
