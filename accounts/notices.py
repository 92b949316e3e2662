"""Telling people what they should know: on the page, in the browser, by mail, as each chose.

Whoever has something to say calls ``tell`` inside its own transaction: either both stand or
neither. The mail leaves afterwards, from a worker, like the alerts about budgets.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from pixstudio.logging import redact
from pixstudio.site import site

from .models import Membership, Notice, NoticeChoice, Team, User

log = logging.getLogger(__name__)

AGAIN = dt.timedelta(minutes=10)
MOST_TRIES = 6
# Older ones are forgotten: what they spoke of has a page of its own, which stays.
KEPT = dt.timedelta(days=90)
MOST = 100
# Two more things that a person switches on and off stand among the choices, as ``page`` of these.
SINGLE_KEYS, SOUND = "single_keys", "sound"
AS_IT_IS = {SINGLE_KEYS: True, SOUND: False}


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that people are told of, and by which ways where they chose nothing.

    ``own_mail``: whoever tells it sends a mail of its own to those who answer for it, so that
    there is none to choose here.
    """

    name: str
    label: str
    page: bool = True
    browser: bool = False
    mail: bool = False
    own_mail: bool = False


KINDS: dict[str, Kind] = {}


def register(
    name: str,
    label: str,
    *,
    page: bool = True,
    browser: bool = False,
    mail: bool = False,
    own_mail: bool = False,
) -> None:
    """Make a kind known. The order of registration is the order on the page of choices."""
    KINDS[name] = Kind(name, label, page, browser, mail, own_mail)


register("finished", "A clip of yours is finished", browser=True)
register("failed", "A clip of yours failed or was refused", browser=True)
register("uncertain", "Nobody can tell what became of a clip of yours", browser=True, mail=True)
register("reviewed", "A clip of yours was approved, or changes are requested")
register("commented", "Somebody commented on what you made, or answered you")
register("budget_asked", "Somebody asks you for more budget", mail=True)
register("budget_decided", "Your request for more budget was decided", mail=True)
register("budget_alert", "A budget that you answer for is being used up", own_mail=True)
register("prompt_approval", "Somebody asks you to approve a prompt")
register("prompt_decided", "A prompt that you submitted was decided")
register("archive_trouble", "A finished clip could not be saved", mail=True)


def tell(
    users: Iterable[User | int],
    team: Team,
    kind: str,
    key: str,
    text: str,
    url: str = "",
    *,
    but: User | int | None = None,
) -> None:
    """Tell these people once, by the ways that each chose; in the caller's transaction.

    ``key`` makes it once a person, whoever tells it how often: "<kind>:<id of the thing>".
    ``url`` is a path of ours, so that each notice leads to its thing. ``but`` is left out, for
    nobody needs to be told what they did themselves. Who left the team, or may not sign in any
    more, is not told. Three queries, however many people. Raises KeyError for an unknown kind.
    """
    known = KINDS[kind]
    wanted = {_pk(one) for one in users} - {_pk(but) if but is not None else None}
    if not wanted:
        return
    here = Membership.objects.filter(team=team, user__in=wanted, user__is_active=True)
    people = sorted(here.values_list("user_id", flat=True))
    if not people:
        return
    chosen = {one.user_id: one for one in NoticeChoice.objects.filter(user__in=people, kind=kind)}
    now = timezone.now()
    rows = []
    for user in people:
        ways = chosen.get(user) or known
        mails = ways.mail and not known.own_mail and settings.SENDS_MAIL
        if not (ways.page or ways.browser or mails):
            continue
        rows.append(
            Notice(
                user_id=user,
                team=team,
                kind=kind,
                key=key[:120],
                text=_short(redact(text)),
                url=url[:300],
                at=now,
                # Not wanted on the page: it is there to be found, and never counts as new.
                read_at=None if ways.page else now,
                due_at=now if mails else None,
            )
        )
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _pk(user: User | int) -> int:
    return user if isinstance(user, int) else user.pk


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 300 else f"{words[:299]}…"


@dataclass(frozen=True, slots=True)
class Bell:
    """What the frame of a page knows of a person: how much is new, and the newest notice."""

    unread: int
    newest: int
    single_keys: bool


# Asked on every page: the ORM takes ten times as long to word it as a database to answer it.
_BELL = """
SELECT
  (SELECT COUNT(*) FROM accounts_notice
   WHERE user_id = %(user)s AND team_id = %(team)s AND read_at IS NULL),
  (SELECT MAX(id) FROM accounts_notice WHERE user_id = %(user)s AND team_id = %(team)s),
  EXISTS (SELECT 1 FROM accounts_noticechoice
   WHERE user_id = %(user)s AND kind = %(single_keys)s AND NOT page)
"""


def bell(user: User, team: Team | None) -> Bell:
    """One query; outside of a team nothing rings."""
    which = {"user": user.pk, "team": team.pk if team else None, "single_keys": SINGLE_KEYS}
    with connection.cursor() as cursor:
        cursor.execute(_BELL, which)
        unread, newest, is_off = cursor.fetchone()
    return Bell(unread, newest or 0, not is_off)


def unread(user: User, team: Team) -> QuerySet[Notice]:
    return Notice.objects.filter(user=user, team=team, read_at=None)


def read(user: User, team: Team, pk: int | None = None) -> int:
    """Mark one as read, or all; how many were new."""
    rows = unread(user, team)
    if pk is not None:
        rows = rows.filter(pk=pk)
    return rows.update(read_at=timezone.now())


def choices(user: User) -> list[tuple[Kind, NoticeChoice]]:
    """Every kind with what this person chose, or how it is by itself."""
    mine = {one.kind: one for one in NoticeChoice.objects.filter(user=user)}
    return [
        (
            kind,
            mine.get(name)
            or NoticeChoice(
                user=user, kind=name, page=kind.page, browser=kind.browser, mail=kind.mail
            ),
        )
        for name, kind in KINDS.items()
    ]


def switches(user: User) -> dict[str, bool]:
    """Single-key shortcuts and sound: on or off."""
    rows = NoticeChoice.objects.filter(user=user, kind__in=AS_IT_IS)
    return AS_IT_IS | dict(rows.values_list("kind", "page"))


def switch(user: User, name: str, *, on: bool) -> None:
    if name not in AS_IT_IS:
        raise KeyError(name)
    NoticeChoice.objects.update_or_create(user=user, kind=name, defaults={"page": on})


def choose(user: User, kind: str, *, page: bool, browser: bool, mail: bool) -> None:
    """From now on this person is told of this kind by these ways."""
    ways = {"page": page, "browser": browser, "mail": mail}
    NoticeChoice.objects.update_or_create(user=user, kind=KINDS[kind].name, defaults=ways)


def browser_kinds(user: User) -> list[str]:
    """The kinds that this person wants to see outside of the page."""
    return [kind.name for kind, mine in choices(user) if mine.browser]


def address(notice: Notice) -> str:
    """Where a notice leads: by way of the view that marks it as read."""
    return reverse("notice", args=[notice.team.slug, notice.pk])


def due() -> list[int]:
    """Whose mail should leave now."""
    rows = Notice.objects.filter(due_at__lte=timezone.now())
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:MOST])


def mail(pk: int) -> bool:
    """Send one notice's mail; True if it left. A failure is tried again, later, not for ever."""
    now = timezone.now()
    # Whoever moves the date has it: a mail is sent by one worker at a time.
    mine = Notice.objects.filter(pk=pk, due_at__lte=now, mailed_at=None)
    if not mine.update(due_at=now + AGAIN, tries=F("tries") + 1):
        return False
    notice = Notice.objects.select_related("user", "team").get(pk=pk)
    rows = Notice.objects.filter(pk=pk)
    if not _still_wanted(notice):
        rows.update(due_at=None)
        return False
    try:
        send_mail(f"{notice.team}: {notice.text}"[:150], _words(notice), None, [notice.user.email])
    except Exception:  # noqa: BLE001 - whatever the mail server raises, the page has told it
        log.warning("the mail of a notice (%s) could not be sent", notice.kind, exc_info=True)
        if notice.tries >= MOST_TRIES:
            rows.update(due_at=None)
        return False
    rows.update(mailed_at=timezone.now(), due_at=None)
    return True


def _still_wanted(notice: Notice) -> bool:
    """Somebody may have left, or no mail server be there any more."""
    member = Membership.objects.filter(team=notice.team_id, user=notice.user_id)
    return bool(settings.SENDS_MAIL and notice.user.is_active and member.exists())


def _words(notice: Notice) -> str:
    base = site()
    lines = [notice.text, ""]
    if notice.url and base:
        lines += [f"{base}{notice.url}", ""]
    lines.append("What is mailed to you is your choice: Notifications, Choices.")
    return "\n".join(lines)


def forget() -> int:
    """Delete the oldest once they are too old, some at a time; how many.

    They are written in the order of time, so that the first ones say whether there are any.
    """
    until = timezone.now() - KEPT
    oldest = Notice.objects.order_by("pk").values_list("pk", "at")[:1].first()
    if oldest is None or oldest[1] >= until:
        return 0
    first = Notice.objects.order_by("pk").values_list("pk", "at")[:1000]
    pks = [pk for pk, at in first if at < until]
    return Notice.objects.filter(pk__in=pks).delete()[0]
