"""``manage.py generate``: quote, submit, wait and tell, for scripts and operators."""

from __future__ import annotations

import json
import sys
import time
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.ledger import OverBudget
from accounts.models import Membership
from accounts.money import format_usd
from generations import lifecycle, offers
from generations.catalogue.types import Brief, Offer, Operation, Quote
from generations.models import Generation, Project, State

from ._asking import CANNOT, choose, place, read
from ._telling import offer_facts, offer_line, options_line, row_facts

CODES = {State.SUCCEEDED: 0, State.FAILED: 1, State.MODERATED: 1, State.CANCELLED: 1}
UNCERTAIN, TIMED_OUT, OVER_BUDGET = 3, 4, 5
EXIT = (
    "Exit codes: 0 done, 1 failed or refused by moderation, 2 cannot be made as asked, "
    "3 outcome unknown (nothing is sent again), 4 still running when the wait was over, "
    "5 over budget. Of several takes the gravest counts: 3, then 4, then 1."
)


class Command(BaseCommand):
    help = "Make a clip: print every account's price, submit, wait, print state, file and charge."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.epilog = f"{EXIT} Workers and dispatch must be running (manage.py run)."
        parser.add_argument("--team", required=True, metavar="SLUG")
        parser.add_argument("--project", required=True, metavar="UUID|NAME")
        parser.add_argument("--user", required=True, metavar="EMAIL", help="whose clip it is")
        parser.add_argument("--account", default="cheapest", metavar="NAME|cheapest")
        operations = [one.value for one in Operation]
        parser.add_argument("--operation", default=operations[0], choices=operations)
        parser.add_argument("--model", default="", help="default: the newest one offered")
        parser.add_argument("--prompt", default="")
        parser.add_argument(
            "--input",
            action="append",
            default=[],
            metavar="ROLE=PATH[:NAME[:TYPE]]",
            help="a file that goes in, such as first_frame=dawn.png or "
            "reference=robot.png:robot:subject; an earlier result is source=clip:UUID; "
            "repeat for more",
        )
        parser.add_argument("--image", default="", metavar="PATH", help="the same as image=PATH")
        parser.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="such as duration=5, quality=720p, audio=on; repeat for more",
        )
        parser.add_argument("--takes", type=int, default=1, choices=[1, 2, 3, 4])
        parser.add_argument("--dry-run", action="store_true", help="print the quote, send nothing")
        parser.add_argument("--yes", action="store_true", help="do not ask before spending")
        parser.add_argument(
            "--wait", type=float, default=900, metavar="SECONDS", help="default: %(default)s"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = bool(options["json"])
        self.told: dict[str, Any] = {}
        member, project = place(options)
        brief = read(member, project, options)
        quote = offers.quote(project, brief)
        self._show_quote(quote, options["takes"])
        chosen = choose(quote, options["account"])
        if options["dry_run"]:
            self._finish(0 if chosen.can else CANNOT)
            return
        _confirm(chosen, options)
        made = self._request(member, project, brief, chosen, options)
        rows = _wait(made, options["wait"])
        self._show_rows(rows)
        self._finish(_code(rows))

    def _request(
        self,
        member: Membership,
        project: Project,
        brief: Brief,
        chosen: Offer,
        options: dict[str, Any],
    ) -> list[Generation]:
        try:
            return lifecycle.request(
                project=project,
                user=member.user,
                brief=brief,
                account=project.team.provider_accounts.get(uuid=chosen.terms.account),
                takes=options["takes"],
                form_token=uuid.uuid4(),
                seen_micros=chosen.price.micros if chosen.price else None,
                pinned=options["account"] != "cheapest",
                remix_of=None,
            )
        except (lifecycle.CannotMake, lifecycle.PriceChanged) as why:
            raise CommandError(str(why), returncode=CANNOT) from None
        except OverBudget as why:
            raise CommandError(str(why), returncode=OVER_BUDGET) from None

    def _show_quote(self, quote: Quote, takes: int) -> None:
        self.told["quote"] = [offer_facts(one, takes) for one in quote.offers]
        if self.as_json:
            return
        self.stdout.write(
            f"{quote.brief.model} {quote.brief.operation}: {options_line(quote.brief)}"
        )
        for one in quote.offers:
            self.stdout.write(f"  {offer_line(one, takes)}")

    def _show_rows(self, rows: list[Generation]) -> None:
        self.told["generations"] = [row_facts(one) for one in rows]
        if self.as_json:
            return
        for facts in self.told["generations"]:
            charged = facts["charged_micros"]
            money = "charge not known yet" if charged is None else f"charged {format_usd(charged)}"
            words = [f"{facts['uuid']}: {facts['state']}, {money}", facts["file"], facts["said"]]
            self.stdout.write("\n  ".join(word for word in words if word))

    def _finish(self, code: int) -> None:
        if self.as_json:
            self.stdout.write(json.dumps({**self.told, "exit": code}, indent=2))
        if code:
            raise SystemExit(code)


def _confirm(chosen: Offer, options: dict[str, Any]) -> None:
    if options["yes"]:
        return
    if options["json"] or not sys.stdin.isatty():
        raise CommandError("Nothing was sent: add --yes to spend.", returncode=CANNOT)
    total = format_usd((chosen.price.micros if chosen.price else 0) * options["takes"])
    if input(f"Generate at {chosen.terms.label} for {total}? [y/N] ").lower() not in ("y", "yes"):
        raise CommandError("Nothing was sent.", returncode=CANNOT)


def _wait(made: list[Generation], seconds: float) -> list[Generation]:
    """The rows when all are final or uncertain, or the time is over."""
    end = time.monotonic() + seconds
    while True:
        rows = Generation.objects.filter(pk__in=[one.pk for one in made]).order_by("take")
        found = list(rows.select_related("account", "asset"))
        moving = [one for one in found if not one.is_final and one.state != State.UNCERTAIN]
        left = end - time.monotonic()
        if not moving or left <= 0:
            return found
        time.sleep(min(0.5, left))


def _code(rows: list[Generation]) -> int:
    codes = {
        UNCERTAIN if one.state == State.UNCERTAIN else CODES.get(State(one.state), TIMED_OUT)
        for one in rows
    }
    return next((code for code in (UNCERTAIN, TIMED_OUT, 1) if code in codes), 0)
