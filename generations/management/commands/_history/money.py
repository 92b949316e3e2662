"""Movements of clips, purses, what the audit saw, balances."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from accounts import ledger
from accounts.models import Kind, Movement, Purse, Scope
from generations.auditing.rules import Mismatch
from generations.models import Audited, BalanceSnapshot, Discrepancy, Resolution, TopUp
from generations.spend.writing import write

from .clips import Clip
from .world import World

RATE = Decimal("0.001")
CAUSES = (Mismatch.OVERCHARGED, Mismatch.UNDERCHARGED, Mismatch.MISSING_REPORT)
_MOVEMENT = (
    "key", "kind", "team", "user", "subject", "project", "account", "month", "micros", "units",
    "unit", "rate", "at",
)  # fmt: skip
_AUDITED = ("generation", "account", "event", "at", "reported_micros", "due_micros", "agrees")
_CASE = (
    "team", "account", "generation", "project", "user", "subject", "cause", "at", "risk_micros",
    "is_open", "resolution",
)  # fmt: skip

type Line = tuple[Kind, int, str, dt.datetime]


class Money:
    """``wanted`` movements for each clip, at least; late corrections make up what is missing."""

    def __init__(self, world: World, wanted: float) -> None:
        self.world, self.wanted = world, wanted
        self.spent: Counter[tuple[str, str, str]] = Counter()

    def move(self, clips: Sequence[Clip]) -> None:
        write(Movement, _MOVEMENT, (row for one in clips for row in self._movements(one)))
        write(Audited, _AUDITED, (self._audited(one) for one in clips))
        write(Discrepancy, _CASE, self._cases(clips))

    def purses(self) -> None:
        names = ("team", "scope", "key", "month", "held_micros", "spent_micros")
        rows = [(self.world.team.pk, *key, 0, spent) for key, spent in self.spent.items()]
        write(Purse, names, rows)

    def balances(self) -> None:
        """One a day for each account, and what was bought every month."""
        days = range(self.world.span // 86_400)
        for account in self.world.accounts:
            unit, start = account.catalogue.unit, self.world.start
            names = ("account", "at", "amount", "unit")
            write(BalanceSnapshot, names, (
                (account.pk, start + dt.timedelta(days=n), Decimal(900_000 - n * 100), unit)
                for n in days
            ))  # fmt: skip
            write(TopUp, names, (
                (account.pk, start + dt.timedelta(days=n), Decimal(10_000), unit)
                for n in days[::30]
            ))  # fmt: skip

    def _movements(self, clip: Clip) -> Iterator[tuple[Any, ...]]:
        month = ledger.month_of(clip.asked)
        project, account = str(clip.project.uuid), str(clip.account.uuid)
        whose: dict[str, str] = {Scope.TEAM: "", Scope.PROJECT: project}
        whose |= {Scope.PERSON: str(clip.user), Scope.ACCOUNT: account}
        subject, unit = str(clip.uuid), clip.account.catalogue.unit
        for kind, micros, more, at in self._lines(clip):
            told = kind in (Kind.HOLD, Kind.SETTLE)
            yield (
                f"{kind.value}:{subject}{more}", kind, self.world.team.pk, clip.user, subject,
                project, account, month, micros, Decimal(micros) / 1000 if told else None,
                unit if told else "", RATE if told else None, at,
            )  # fmt: skip
            if kind in (Kind.SETTLE, Kind.ADJUST):
                for scope, key in whose.items():
                    self.spent[scope, key, month] += micros

    def _lines(self, clip: Clip) -> list[Line]:
        charged, held, ended = clip.charged, clip.micros, clip.ended
        lines: list[Line] = [(Kind.HOLD, held, "", clip.asked)]
        within = min(charged, held)
        if charged:
            lines.append((Kind.SETTLE, within, "", ended))
        if within < held:
            lines.append((Kind.RELEASE, held - within, "", ended))
        if charged > within:
            lines.append((Kind.ADJUST, charged - within, ":over", ended))
        late, dice = ended, self.world.dice
        for number in range(len(lines), int(self.wanted + dice.random())):
            late += dt.timedelta(minutes=dice.randrange(1, 300))
            lines.append((Kind.ADJUST, dice.randrange(0, 900, 100), f":{number}", late))
        return lines

    def _audited(self, clip: Clip) -> tuple[Any, ...]:
        agrees = None if self.world.chance(0.02) else clip.charged in (0, clip.micros)
        # They have no timeline, so no line of one is audited.
        return (clip.pk, clip.account.pk, 0, clip.ended, clip.charged, clip.micros, agrees)

    def _cases(self, clips: Sequence[Clip]) -> Iterator[tuple[Any, ...]]:
        for one in clips:
            if one.charged in (0, one.micros):
                continue
            is_open = self.world.chance(0.5)
            yield (
                self.world.team.pk, one.account.pk, one.pk, one.project.pk, one.user,
                str(one.uuid), self.world.dice.choice(CAUSES), one.ended,
                abs(one.charged - one.micros), is_open,
                Resolution.NONE if is_open else Resolution.ACCEPTED,
            )  # fmt: skip
