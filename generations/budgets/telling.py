"""Who hears of a request for more: those who may decide it, and then the person who asked."""

from __future__ import annotations

from django.urls import reverse

from accounts import notices
from accounts.models import Scope, User
from accounts.money import format_usd
from generations.models import Asking, BudgetRequest

from . import who


def asked(row: BudgetRequest) -> None:
    """Whoever may raise all of its budgets hears of it, once; in the caller's transaction."""
    what = f"{row.takes} takes" if row.takes > 1 else "one clip"
    text = (
        f"{row.user} asks for {format_usd(row.total_micros)} for {what} in {row.project.name}, "
        "which the budget does not reach for."
    )
    if row.reason:
        text += f" “{row.reason}”"
    url = reverse("budgets", args=[row.team.slug])
    notices.tell(
        deciders(row), row.team, "budget_asked", f"budget_asked:{row.pk}", text, url, but=row.user
    )


def decided(row: BudgetRequest, by: User) -> None:
    """The person who asked hears what became of it; in the caller's transaction."""
    total = format_usd(row.total_micros)
    if row.state == Asking.APPROVED:
        text = f"{by} approved your {total} in {row.project.name}. It is being made."
    else:
        text = f"{by} declined your {total} in {row.project.name}."
        text += f" “{row.note}”" if row.note else ""
    url = reverse("studio", args=[row.team.slug, row.project.uuid])
    notices.tell(
        [row.user], row.team, "budget_decided", f"budget_decided:{row.pk}", text, url, but=by
    )


def deciders(row: BudgetRequest) -> list[User]:
    """Those who may set every budget that was short, and the project's own."""
    each = [who.setters(row.team, scope, key) for scope, key in places(row)]
    others = [{one.pk for one in some} for some in each[1:]]
    return [one for one in each[0] if all(one.pk in some for some in others)]


def places(row: BudgetRequest) -> list[who.Place]:
    """What one must be able to set to decide: a brief is not for producers of other projects."""
    short = [(str(one["scope"]), str(one["key"])) for one in row.passed]
    return [(str(Scope.PROJECT), str(row.project.uuid)), *short]
