"""What ``generate`` was asked for: who, where, which brief, at which account. Exits with 2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import CommandError

from accounts.models import Membership, Team
from generations.access import Need, allowed
from generations.catalogue.types import Brief, Offer, Quote
from generations.forms.brief import read_brief
from generations.forms.inputs import Held, Item, write
from generations.forms.menu import Menu, menu, menu_of
from generations.forms.values import text_of
from generations.media import uploads
from generations.media.errors import BadFile
from generations.models import Project

from ._telling import reasons

CANNOT = 2
ON = {"on": "true", "yes": "true", "off": "false", "no": "false"}


def place(options: dict[str, Any]) -> tuple[Membership, Project]:
    """Who asks, and for which project. Exits with 2 where that person may not create there."""
    team = Team.objects.filter(slug=options["team"]).first()
    if team is None:
        raise CommandError(f"There is no team {options['team']}.", returncode=CANNOT)
    rows = team.memberships.select_related("user", "team")
    member = rows.filter(user__email=options["user"].lower()).first()
    if member is None:
        raise CommandError(f"{options['user']} is not in {team}.", returncode=CANNOT)
    wanted = options["project"]
    found = [one for one in team.projects.all() if wanted in (one.name, str(one.uuid))]
    if len(found) != 1:
        why = "several projects of that name; give the id" if found else "no such project"
        raise CommandError(f"{wanted}: {why}.", returncode=CANNOT)
    project = found[0]
    role = project.memberships.filter(user=member.user).values_list("role", flat=True).first()
    may = allowed(member.role, role)
    if may is None or may < Need.CREATE:
        raise CommandError(f"{member.user} may not create in {project}.", returncode=CANNOT)
    if project.archived_at:
        raise CommandError(f"{project} is archived.", returncode=CANNOT)
    return member, project


def read(member: Membership, project: Project, options: dict[str, Any]) -> Brief:
    """The brief as asked; what no account offers is refused, never replaced."""
    typed = _typed(project, options)
    files = [*options["input"], *([f"image={options['image']}"] if options["image"] else [])]
    held: Held = {}
    for text in files:
        role, item = _item(member, project, text)
        held.setdefault(role, []).append(item)
    write(typed, held)
    asked = read_brief(project, typed)
    strange = [role for role in held if asked.menu.slot(role) is None]
    wrong = [f"{name}: {words}" for name, words in asked.errors.items()] + asked.notes
    if strange:
        known = ", ".join(slot.role for slot in asked.menu.slots) or "no file"
        wrong.insert(0, f"{', '.join(strange)}: it takes {known}.")
    if wrong:
        raise CommandError(" ".join(wrong), returncode=CANNOT)
    return asked.brief


def _item(member: Membership, project: Project, text: str) -> tuple[str, Item]:
    """``role=path[:name[:type]]`` or ``role=clip:uuid[:name[:type]]``; a file is taken in."""
    role, equals, rest = text.partition("=")
    if not equals or not rest:
        raise CommandError(f"{text}: write ROLE=PATH or ROLE=clip:UUID.", returncode=CANNOT)
    if rest.startswith("clip:"):
        key, _, words = rest.removeprefix("clip:").partition(":")
        token = f"clip:{key}"
    else:
        path, words = (rest, "") if Path(rest).exists() else _path_and_words(rest)
        try:
            with Path(path).open("rb") as file:
                row = uploads.store(project, member.user, Path(path).name, File(file))
        except (OSError, BadFile) as why:
            raise CommandError(f"{role}: {why}", returncode=CANNOT) from None
        token = f"upload:{row.uuid}"
    name, _, type = words.partition(":")
    return role, Item(token, name or None, type)


def _path_and_words(text: str) -> tuple[str, str]:
    """The longest beginning that is a file, and what follows it."""
    parts = text.split(":")
    for count in range(len(parts) - 1, 0, -1):
        if Path(path := ":".join(parts[:count])).exists():
            return path, ":".join(parts[count:])
    return text, ""


def _typed(project: Project, options: dict[str, Any]) -> dict[str, str]:
    offered = _menu(project, options)
    typed = {
        name: text_of(option.default)
        for name, option in offered.fields.items()
        if option.default is not None and not name.startswith("seconds_")
    }
    for text in options["option"]:
        name, equals, value = text.partition("=")
        if not equals or name not in offered.fields:
            known = ", ".join(offered.fields)
            raise CommandError(f"{text}: write one of {known} as NAME=VALUE.", returncode=CANNOT)
        typed[name] = ON.get(value, value) if True in offered.fields[name].values else value
    ids = [name for name in typed if offered.fields[name].listed or name.startswith("mask")]
    if ids and not (at := _at(project, options, ids)):
        text = f"{', '.join(ids)}: ids are one provider's own; say which with --account."
        raise CommandError(text, returncode=CANNOT)
    typed |= {"at": at} if ids else {}
    names = ("operation", "model", "prompt")
    return {**typed, **{name: options[name] for name in names}, "takes": str(options["takes"])}


def _at(project: Project, options: dict[str, Any], ids: list[str]) -> str:
    """Whose ids these are: the account's for masks, else its provider's; empty if none is told."""
    account = project.team.provider_accounts.filter(name=options["account"]).first()
    if account is None:
        return ""
    return str(account.uuid) if any(name.startswith("mask") for name in ids) else account.provider


def _menu(project: Project, options: dict[str, Any]) -> Menu:
    """What may be told: to the account asked for, else to any of the team's."""
    account = project.team.provider_accounts.filter(name=options["account"]).first()
    if account:
        return menu_of([account.provider], options["operation"], options["model"])
    return menu(project, options["operation"], options["model"])


def choose(quote: Quote, account: str) -> Offer:
    if account == "cheapest":
        if quote.best:
            return quote.best
        raise CommandError("No account can make this; see the reasons.", returncode=CANNOT)
    found = [one for one in quote.offers if account in (one.terms.label, one.terms.account)]
    if not found:
        raise CommandError(f"There is no account {account}.", returncode=CANNOT)
    if not found[0].can:
        raise CommandError(f"{account}: {reasons(found[0])}.", returncode=CANNOT)
    return found[0]
