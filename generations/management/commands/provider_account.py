"""``manage.py provider_account add|list|test``: a team's accounts at providers, for operators."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Team, User
from generations import provider_accounts
from generations.account_rules import BadAccount, known_provider, parse_amount
from generations.models import ProviderAccount

ADD_EXAMPLE = (
    "Example: PIXVERSE_KEY=… manage.py provider_account add --team ours --provider pixverse "
    "--key-env PIXVERSE_KEY --rate 0.005. Exit codes: 0 done, 1 test failed, 2 cannot."
)


class Command(BaseCommand):
    help = (
        "Add, list or test a team's accounts at providers. A key comes from the environment or "
        "standard input, never from the command line, where other users could read it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="add|list|test")
        add = verbs.add_parser("add", help="add an account", epilog=ADD_EXAMPLE)
        _team(add)
        add.add_argument("--provider", required=True, help="pixverse, worldrouter, pixazo, …")
        add.add_argument("--name", default="", help="default: the provider's name")
        add.add_argument("--base-url", default="", help="default: the documented one")
        key = add.add_mutually_exclusive_group(required=True)
        key.add_argument("--key-env", metavar="NAME", help="environment variable with the key")
        key.add_argument("--key-stdin", action="store_true", help="read the key from stdin")
        add.add_argument("--extra", action="append", default=[], metavar="NAME=VALUE")
        add.add_argument(
            "--secret-env",
            action="append",
            default=[],
            metavar="NAME=VARIABLE",
            help="a secret setting, from an environment variable",
        )
        add.add_argument("--rate", default="", help="USD for one of the provider's units")
        add.add_argument("--concurrency", type=int, help="jobs at once; default: the usual number")
        add.add_argument(
            "--play",
            action="store_true",
            default=None,
            help="play money: a sandbox at another address than this set-up's",
        )
        add.add_argument("--user", default="", help="e-mail of who adds it, for the audit line")
        show = verbs.add_parser("list", help="list the accounts of a team")
        _team(show)
        show.add_argument("--json", action="store_true")
        test = verbs.add_parser("test", help="try key and balance by free calls; exit 0 or 1")
        _team(test)
        test.add_argument("--account", required=True, metavar="NAME|UUID")
        test.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"There is no team {options['team']}.", returncode=2)
        getattr(self, f"_{options['verb']}")(team, options)

    def _add(self, team: Team, options: dict[str, Any]) -> None:
        try:
            provider = known_provider(options["provider"])
            account = provider_accounts.add(
                _user(options["user"]),
                team,
                provider=provider.id,
                name=options["name"] or provider.name,
                base_url=options["base_url"] or provider.base_url,
                key=_key(options),
                extra=_pairs(options["extra"]),
                secrets={
                    name: _variable(variable)
                    for name, variable in _pairs(options["secret_env"]).items()
                },
                concurrency=options["concurrency"] or provider.concurrency,
                rate=parse_amount(options["rate"], places=9) if options["rate"] else None,
                play=options["play"],
            )
        except BadAccount as wrong:
            raise CommandError(f"{wrong.field}: {wrong.words}", returncode=2) from None
        except ValueError as wrong:
            raise CommandError(f"rate: {wrong}", returncode=2) from None
        money = "play money" if account.play else "real money"
        self.stdout.write(f"Added {account.name} ({money}): {account.uuid}")

    def _list(self, team: Team, options: dict[str, Any]) -> None:
        rows = [_facts(one) for one in team.provider_accounts.order_by("name")]
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for line in _table(
            [["NAME", "PROVIDER", "MONEY", "STATE", "BALANCE", "RATE", "BASE URL"]]
            + [_cells(row) for row in rows]
        ):
            self.stdout.write(line)

    def _test(self, team: Team, options: dict[str, Any]) -> None:
        account = _account(team, options["account"])
        result = provider_accounts.test(account, None)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": result.ok, "words": result.words}))
        else:
            self.stdout.write(result.words)
        if not result.ok:
            raise SystemExit(1)


def _team(parser: CommandParser) -> None:
    parser.add_argument("--team", required=True, metavar="SLUG")


def _account(team: Team, text: str) -> ProviderAccount:
    for one in team.provider_accounts.all():
        if text in (one.name, str(one.uuid)):
            return one
    raise CommandError(f"{team} has no account {text}.", returncode=2)


def _user(email: str) -> User | None:
    if not email:
        return None
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise CommandError(f"There is no user {email}.", returncode=2)
    return user


def _key(options: dict[str, Any]) -> str:
    if options["key_env"]:
        return _variable(options["key_env"])
    return sys.stdin.readline().strip()


def _variable(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise CommandError(f"The environment variable {name} is not set.", returncode=2)
    return value


def _pairs(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise CommandError("Write settings as NAME=VALUE.", returncode=2)
        found[name] = value
    return found


def _facts(account: ProviderAccount) -> dict[str, Any]:
    rate, balance = account.rate(), account.left
    return {
        "uuid": str(account.uuid),
        "name": account.name,
        "provider": account.provider,
        "play": account.play,
        "enabled": account.enabled,
        "trouble": account.trouble,
        "base_url": account.base_url,
        "concurrency": account.concurrency,
        "balance": None if balance is None else f"{balance.normalize():f}",
        "balance_at": account.balance_at.isoformat() if account.balance_at else None,
        "unit": account.catalogue.unit,
        "usd_per_unit": None if rate is None else f"{rate.normalize():f}",
    }


def _cells(row: dict[str, Any]) -> list[str]:
    state = "off" if not row["enabled"] else row["trouble"] or "in use"
    balance = "unknown" if row["balance"] is None else f"{row['balance']} {row['unit']}"
    money = "play" if row["play"] else "real"
    rate = row["usd_per_unit"] or "missing"
    return [row["name"], row["provider"], money, state, balance, rate, row["base_url"]]


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
