"""Asking for more: a press that a budget stopped is kept, with its brief, until somebody decides.

Approving raises what is short, this month only, and makes the generations as they were asked for,
in one transaction; whoever presses twice approves once.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit, budgets, ledger
from accounts.budgets import Shortfall
from accounts.models import Membership, Movement, Team, TeamRole, User
from accounts.money import format_usd
from generations import lifecycle
from generations.access import Need, allowed
from generations.catalogue.types import Brief, Terms
from generations.models import (
    Asking,
    BudgetRequest,
    Generation,
    Project,
    ProjectMembership,
    PromptVersion,
    ProviderAccount,
)

from . import telling, who

# How many of one person's requests may wait at once.
MOST = 20


class CannotAsk(Exception):
    """Why this is not asked for, or not decided so. ``str()`` is for people."""


class NotShort(CannotAsk):
    """No budget stops it any more."""


def ask(
    *,
    project: Project,
    user: User,
    brief: Brief,
    account: ProviderAccount,
    takes: int,
    form_token: uuid.UUID,
    seen_micros: int | None,
    pinned: bool = False,
    remix_of: Generation | None = None,
    prompt_version: PromptVersion | None = None,
    reason: str = "",
) -> BudgetRequest:
    """Keep what was asked for until somebody decides. The same ``form_token`` asks once.

    Raises NotShort where it could be made now, CannotAsk, and CannotMake or PriceChanged as
    ``lifecycle.request`` does; then nothing was written.
    """
    same = BudgetRequest.objects.filter(user=user, form_token=form_token)
    if before := same.first():
        return before
    price, _ = lifecycle.priced(project, brief, account, seen_micros)
    short = budgets.shortfalls(_bill(project, user, account), price.micros * takes)
    if not short:
        raise NotShort("The budget has enough for this now. Press Generate.")
    if BudgetRequest.objects.filter(user=user, state=Asking.WAITING).count() >= MOST:
        raise CannotAsk(f"{MOST} of your requests wait already. Withdraw one first.")
    try:
        with transaction.atomic():
            row = BudgetRequest.objects.create(
                team=project.team,
                project=project,
                user=user,
                account=account,
                play=account.play,
                form_token=form_token,
                brief_json=brief.to_json(),
                takes=takes,
                price=price.to_json(),
                price_micros=price.micros,
                pinned=pinned,
                remix_of=remix_of,
                prompt_version=prompt_version,
                passed=[_told(one) for one in short],
                reason=reason.strip()[:300],
            )
            facts = {"takes": takes, "micros": row.total_micros, "project": project.name}
            _record(user, "request.asked", row, reason=row.reason, **facts)
            telling.asked(row)
    except IntegrityError:
        if before := same.first():
            return before
        raise
    return row


def approve(
    actor: User, row: BudgetRequest, *, seen_micros: int | None, more_micros: int | None = None
) -> list[Generation]:
    """Raise what is short and make it, as the person who asked, in one transaction.

    ``seen_micros`` is the price of one take that the approver saw; ``more_micros`` is what to
    raise each budget by, instead of exactly what is missing. Raises CannotAsk, PriceChanged or
    CannotMake, and then nothing changed.
    """
    with transaction.atomic():
        row = _decide(row, Asking.APPROVED, actor)
        team = row.team
        if not may_decide(actor, row):
            raise CannotAsk("Somebody who may set this budget has to decide.")
        _refuse_gone(row)
        # From here to the end nobody else takes of this team's money: what is short stays so.
        budgets.wait_for(team, play=row.play)
        price, _ = lifecycle.priced(row.project, row.brief, row.account, seen_micros)
        asked = _bill(row.project, row.user, row.account)
        short = budgets.shortfalls(asked, price.micros * row.takes)
        if short and not who.may_set(actor, team, [(one.scope, one.key) for one in short]):
            raise CannotAsk("Another budget is short by now. An owner has to decide.")
        raised = _raise(actor, row, short, more_micros)
        made = lifecycle.request(
            project=row.project,
            user=row.user,
            brief=row.brief,
            account=row.account,
            takes=row.takes,
            form_token=row.uuid,
            seen_micros=seen_micros,
            pinned=row.pinned,
            remix_of=row.remix_of,
            prompt_version=row.prompt_version,
        )
        BudgetRequest.objects.filter(pk=row.pk).update(
            raised=raised, price=price.to_json(), price_micros=price.micros
        )
        row.price_micros = price.micros
        telling.decided(row, actor)
        facts = {"asked_by": str(row.user), "micros": price.micros * row.takes}
        _record(actor, "request.approved", row, **facts)
    return made


def decline(actor: User, row: BudgetRequest, note: str = "") -> None:
    """Raises CannotAsk when it is decided already, or not this person's to decide."""
    with transaction.atomic():
        row = _decide(row, Asking.DECLINED, actor, note=note.strip()[:300])
        if not may_decide(actor, row):
            raise CannotAsk("Somebody who may set this budget has to decide.")
        _record(actor, "request.declined", row, asked_by=str(row.user), note=row.note)
        telling.decided(row, actor)


def withdraw(user: User, row: BudgetRequest) -> None:
    """The person who asked takes it back. Raises CannotAsk when it is decided already."""
    if row.user_id != user.pk:
        raise CannotAsk("Only the person who asked can take it back.")
    with transaction.atomic():
        _record(user, "request.withdrawn", _decide(row, Asking.WITHDRAWN, user))


def put_away(user: User, row: BudgetRequest) -> None:
    """The answer was read."""
    mine = BudgetRequest.objects.filter(pk=row.pk, user=user).exclude(state=Asking.WAITING)
    mine.update(seen_at=timezone.now())


def may_decide(user: User, row: BudgetRequest) -> bool:
    """Whoever may set the project's budget, and all that were short when it was asked."""
    return who.may_set(user, row.team, telling.places(row))


def short_now(row: BudgetRequest, micros: int) -> list[Shortfall]:
    """Which budgets have too little for it as they stand now."""
    return budgets.shortfalls(_bill(row.project, row.user, row.account), micros)


def waiting_for(user: User, team: Team, role: TeamRole) -> QuerySet[BudgetRequest]:
    """What waits for this person's decision, oldest first: what ``may_decide`` allows."""
    rows = BudgetRequest.objects.filter(team=team, state=Asking.WAITING).order_by("pk")
    if role is TeamRole.OWNER:
        return rows
    if role is not TeamRole.MEMBER:
        return rows.none()
    told = rows.select_related("project").only("passed", "project__uuid")
    asked = {one.pk: set(telling.places(one)) for one in told}
    ours = who.settable(user, team, set().union(*asked.values()))
    return rows.filter(pk__in=[pk for pk, places in asked.items() if places <= ours])


def mine(user: User, project: Project) -> QuerySet[BudgetRequest]:
    """What a person asked for in a project, and has no answer yet or has not put it away."""
    open_ = Q(state=Asking.WAITING) | Q(state=Asking.DECLINED, seen_at=None)
    rows = BudgetRequest.objects.filter(open_, project=project, user=user)
    return rows.select_related("account", "decided_by").order_by("-pk")


def bill(project: Project, user: User, account: Terms) -> Movement:
    """Whose money it would take. Never saved."""
    return Movement(
        team=project.team,
        user=user,
        project=str(project.uuid),
        account=account.account,
        play=account.play,
        month=ledger.month_of(timezone.now()),
    )


def _bill(project: Project, user: User, account: ProviderAccount) -> Movement:
    terms = Terms(str(account.uuid), account.name, account.provider, account.play, None)
    return bill(project, user, terms)


def _told(one: Shortfall) -> dict[str, Any]:
    return {
        "scope": one.scope.value,
        "key": one.key,
        "left": one.left_micros,
        "short": one.short_micros,
    }


def _decide(row: BudgetRequest, state: Asking, by: User, note: str = "") -> BudgetRequest:
    """Move it out of waiting; whoever comes second changes nothing. Raises CannotAsk."""
    rows = BudgetRequest.objects.filter(pk=row.pk)
    fields = {"decided_by": by, "decided_at": timezone.now(), "note": note}
    moved = rows.filter(state=Asking.WAITING).update(state=state, **fields)
    found = rows.select_related(
        "team", "project__team", "user", "account", "remix_of", "prompt_version"
    ).get()
    if not moved:
        word = found.get_state_display().lower()
        raise CannotAsk(f"This request is {word} already, by {found.decided_by}.")
    return found


def _refuse_gone(row: BudgetRequest) -> None:
    """The rights of the person who asked, as they are now."""
    if row.project.archived_at:
        raise CannotAsk("The project is archived. Restore it first, or decline.")
    team = Membership.objects.filter(team=row.team, user=row.user, user__is_active=True)
    here = ProjectMembership.objects.filter(project=row.project, user=row.user)
    role = team.values_list("role", flat=True).first()
    may = allowed(role, here.values_list("role", flat=True).first()) if role else None
    if may is None or may < Need.CREATE:
        raise CannotAsk(f"{row.user} may no longer make clips in this project. Decline it.")


def _raise(
    actor: User, row: BudgetRequest, short: Sequence[Shortfall], more: int | None
) -> list[dict[str, Any]]:
    """Each short budget by what it lacks, or by what was typed if that is enough."""
    least = max((one.short_micros for one in short), default=0)
    if more is not None and more < least:
        raise CannotAsk(f"{format_usd(more)} is not enough: {format_usd(least)} is missing.")
    called = who.names(row.team, [(one.scope, one.key) for one in short])
    raised = []
    for one in short:
        given = one.short_micros if more is None else more
        name = called.get((one.scope, one.key), "")
        budgets.add_to_month(
            actor, row.team, one.scope, one.key, play=row.play, more_micros=given, name=name
        )
        raised.append({"scope": one.scope.value, "key": one.key, "micros": given})
    return raised


def _record(actor: User, verb: str, row: BudgetRequest, **facts: Any) -> None:
    told = {name: value for name, value in facts.items() if value != ""}
    what = row.brief_json["prompt"] or row.brief_json["operation"].replace("_", " ")
    audit.record(
        actor, verb, f"{row.account.name}: {what[:60]}", team=row.team, play=row.play, **told
    )
