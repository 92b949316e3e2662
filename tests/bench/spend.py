"""Every Spend page, the audit's pages and the exports to their first line, over two years.

200,000 clips with 1,000,000 movements (``manage.py make_history``), opened by an owner; how is
told in ``pages``.
"""

from __future__ import annotations

from accounts.models import Team
from generations.models import Discrepancy, ProviderAccount

from .history import ready
from .pages import Page, by_database, measure

TARGET = by_database(sqlite=250, postgres=150)
YEARS = "period=custom&from=2020-01-01&to=2030-01-01"


def main() -> None:
    team, owner = ready()
    root = f"/t/{team.slug}/"
    found = [*_spend(), *_rows(), *_exports(), *_audit(team)]
    measure("Spend", owner, [(name, root + path) for name, path in found], TARGET)


def _spend() -> list[Page]:
    tabs = ("person", "project", "account", "model", "operation", "prompt")
    account = ProviderAccount.objects.order_by("pk").values_list("uuid", flat=True)[0]
    return [
        *((f"all years by {by}", f"spend/?{YEARS}&by={by}") for by in tabs),
        ("this month", "spend/"),
        ("this month by prompt", "spend/?by=prompt"),
        ("last month, stacked by person", "spend/?period=last-month&stack=person"),
        ("odd days of two years", "spend/?period=custom&from=2025-02-03&to=2026-10-17"),
        ("one account, all years", f"spend/?{YEARS}&account={account}"),
        ("my spend", "spend/mine/"),
    ]


def _rows() -> list[Page]:
    return [
        ("rows of this month", "spend/rows/"),
        ("rows of all years", f"spend/rows/?{YEARS}"),
        ("rows of all years, over the book", f"spend/rows/?{YEARS}&only=over"),
        ("rows of all years, failed", f"spend/rows/?{YEARS}&only=failed"),
        ("rows held now", "spend/rows/?only=held"),
        ("rows from the middle", f"spend/rows/?{YEARS}&after=2025-11-20.100000"),
    ]


def _exports() -> list[Page]:
    return [
        ("CSV of every clip, first line", f"spend/rows.csv?{YEARS}"),
        ("XLSX of every clip, first byte", f"spend/rows.xlsx?{YEARS}"),
        ("XLSX of all tables, first byte", f"spend/tables.xlsx?{YEARS}"),
    ]


def _audit(team: Team) -> list[Page]:
    account = ProviderAccount.objects.order_by("pk").values_list("uuid", flat=True)[0]
    case = Discrepancy.objects.filter(is_open=True).values_list("pk", flat=True).last()
    return [
        ("charge audit", "audit/"),
        ("charge audit, all states", "audit/?state=all"),
        ("charge audit, one cause in two years", f"audit/?state=all&cause=overcharged&{YEARS}"),
        ("one case", f"audit/charges/{case}/"),
        ("charge audit as CSV, first line", "audit/charges.csv?state=all"),
        ("scorecards, this month", "audit/accounts/"),
        ("scorecards, all years", f"audit/accounts/?{YEARS}"),
        ("reconciliation, this month", f"audit/accounts/{account}/"),
        ("reconciliation, all years", f"audit/accounts/{account}/?{YEARS}"),
        ("months", "audit/months/"),
        ("one month", "audit/months/2026-06/"),
    ]


if __name__ == "__main__":
    main()
