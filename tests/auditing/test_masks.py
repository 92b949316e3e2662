"""Mask selections are audited like clips: found, shown, resolved, and counted for the balance."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import ledger
from generations import lifecycle, offers
from generations.auditing import listing, masks, months, resolving
from generations.catalogue.types import Brief
from generations.lifecycle.settling import bill_for
from generations.models import Discrepancy, Found, Resolution, Selection
from generations.providers.types import Charge
from generations.spend import books
from tests.films import film

from .conftest import OPTIONS

pytestmark = pytest.mark.django_db

UNITS, MICROS = Decimal(2), 10_000
PRICE = {
    "micros": MICROS, "units": "2", "unit": "credits", "rate": "0.005", "formula": "2 credits",
    "source": "", "read_on": None, "is_ceiling": False,
}  # fmt: skip


@pytest.fixture
def looked(project, owner, account):
    """A selection that was answered; ``reported``: what PixVerse said it took, None for nothing."""

    def made(reported: int | None = 2, state: Found = Found.DONE) -> Selection:
        now = timezone.now()
        row = Selection.objects.create(
            project=project, account=account["pixverse"], user=owner, form_token=uuid.uuid4(),
            source={}, keyframe=3, play=True, price=PRICE, price_micros=MICROS, state=state,
            sent_at=now, finished_at=now if state != Found.UNCERTAIN else None,
        )  # fmt: skip
        ledger.hold(
            ledger.Bill(
                team=project.team, user=owner, subject=str(row.uuid), project=str(project.uuid),
                account=str(row.account.uuid), play=True, month=ledger.month_of(now),
            ),
            MICROS, units=UNITS, unit="credits", rate=Decimal("0.005"), note="",
        )  # fmt: skip
        if state == Found.DONE:
            charge = None if reported is None else Charge(Decimal(reported), "credits")
            bill = bill_for(row, charge)
            Selection.objects.filter(pk=row.pk).update(charged_micros=bill.micros)
            lifecycle.selecting.charge(row, bill)
        elif state == Found.FAILED:
            Selection.objects.filter(pk=row.pk).update(charged_micros=0)
            books.release(row, note="refused")
        row.refresh_from_db()
        return row

    return made


def causes(row: Selection) -> list[str]:
    return sorted(row.discrepancies.filter(is_open=True).values_list("cause", flat=True))


@pytest.mark.parametrize(
    ("reported", "state", "found", "risk"),
    [
        (2, Found.DONE, [], 0),
        (4, Found.DONE, ["charged_twice"], MICROS),
        (7, Found.DONE, ["overcharged"], 25_000),
        (1, Found.DONE, ["undercharged"], 5_000),
        (None, Found.DONE, ["missing_report"], 0),
        (2, Found.UNCERTAIN, ["uncertain"], MICROS),
        (2, Found.FAILED, [], 0),
    ],
)
def test_each_disagreement_has_its_cause(looked, reported, state, found, risk):
    row = looked(reported, state)
    masks.catch_up()
    masks.catch_up()
    assert causes(row) == found
    assert sum(row.discrepancies.values_list("risk_micros", flat=True)) == risk


def test_three_alike_in_a_row_are_a_new_price(looked):
    rows = [looked(3) for _ in range(3)]
    masks.catch_up()
    assert causes(rows[0]) == ["overcharged"]
    assert causes(rows[2]) == ["price_drift"]


def test_what_is_resolved_elsewhere_clears_by_itself(looked, owner):
    row = looked(state=Found.UNCERTAIN)
    masks.catch_up()
    lifecycle.resolve_selection(row, owner, verdict="never_ran", note="their list says so")
    masks.catch_up()
    assert causes(row) == []
    assert row.discrepancies.get().resolution == Resolution.CLEARED


def test_what_a_person_resolved_stays_so(looked, owner):
    row = looked(4)
    masks.catch_up()
    resolving.resolve(row.discrepancies.get(), owner, resolution="accepted", note="their mail")
    masks.rebuild()
    assert causes(row) == []


def test_a_refund_comes_back_into_the_books(looked, owner, project):
    row = looked(4)
    masks.catch_up()
    case = row.discrepancies.get()
    resolving.resolve(case, owner, resolution="refunded", note="ticket", refund_micros=MICROS)
    row.refresh_from_db()
    assert row.charged_micros == MICROS == ledger.charged(str(row.uuid))
    assert ledger.check() == []


def test_no_more_queries_for_more_of_them(looked, django_assert_max_num_queries):
    for _ in range(12):
        looked()
    with django_assert_max_num_queries(8):
        masks.catch_up()


def test_the_pages_show_and_resolve_them(browser, looked, project):
    row = looked(4)
    masks.catch_up()
    case = Discrepancy.objects.get()
    assert (case.team, case.project, case.selection) == (project.team, project, row)
    list_page = browser.get(reverse("audit", args=[project.team.slug])).content.decode()
    assert "Masks on frame 3" in list_page
    address = reverse("audit_case", args=[project.team.slug, case.pk])
    seen = browser.get(address).content.decode()
    for words in (
        "one mask selection",
        "PixVerse reported",
        "not as expected",
        "Refunded",
        "$0.02",
    ):
        assert words in seen, words
    typed = {"resolution": "refunded", "amount": "0.01", "note": "ticket"}
    assert browser.post(f"{address}resolve/", typed).status_code == 302
    assert not Discrepancy.objects.get().is_open
    csv = browser.get(reverse("audit_csv", args=[project.team.slug]), {"state": "all"})
    assert "masks on frame 3" in b"".join(csv.streaming_content).decode()


def test_a_held_one_leads_to_where_it_is_resolved(browser, looked, project):
    row = looked(state=Found.UNCERTAIN)
    masks.catch_up()
    address = reverse("audit_case", args=[project.team.slug, Discrepancy.objects.get().pk])
    seen = browser.get(address).content.decode()
    assert f"#s-{row.uuid}" in seen
    wanted = listing.asked(project.team, {}, play=True)
    assert not listing.rows(wanted).get().selection.charged_micros


def test_selections_under_way_count_for_the_balance(looked, project, owner, account):
    brief = Brief("text_to_video", "v6", "a paper boat", OPTIONS)
    pixverse = account["pixverse"]
    price = offers.quote(project, brief).of(str(pixverse.uuid)).price
    assert price.unit == "credits"

    def press():
        return lifecycle.request(
            project=project, user=owner, brief=brief, account=pixverse, form_token=uuid.uuid4()
        )

    pixverse.balance, pixverse.balance_at = price.units + 1, timezone.now()
    pixverse.save(update_fields=["balance", "balance_at"])
    waiting = looked(state=Found.UNCERTAIN)
    with pytest.raises(lifecycle.CannotMake, match="all under way needs"):
        press()
    Selection.objects.filter(pk=waiting.pk).update(charged_micros=0)
    assert press()


def test_a_month_tells_of_those_that_are_open(browser, looked, project):
    for state in (Found.UNCERTAIN, Found.SENDING, Found.QUEUED, Found.DONE, Found.FAILED):
        row = looked(state=state)
    month = ledger.month_of(row.created_at)
    found = months.still_open(project.team, month)
    assert (found.uncertain, found.running, found.may_close) == (1, 2, False)
    assert found.held_play_micros == 3 * MICROS
    other = months.still_open(project.team, "2020-01")
    assert (other.uncertain, other.running, other.may_close) == (0, 0, True)
    seen = browser.get(reverse("audit_month", args=[project.team.slug, month])).content.decode()
    assert "Clips and masks that nobody can tell about" in seen


@pytest.mark.django_db(transaction=True)
def test_a_look_that_the_balance_does_not_reach_for_is_refused(story):
    source = film(story).as_input("source")
    pixverse = story.account("pixverse")

    def look():
        return lifecycle.request_selection(
            project=story.project, user=story.user, account=pixverse, source=source,
            keyframe=3, form_token=uuid.uuid4(),
        )  # fmt: skip

    pixverse.balance, pixverse.balance_at = Decimal(1), timezone.now()
    pixverse.save(update_fields=["balance", "balance_at"])
    with pytest.raises(lifecycle.CannotMake, match="top it up"):
        look()
    assert not Selection.objects.exists()
    pixverse.balance = Decimal(2)
    pixverse.save(update_fields=["balance"])
    assert look().state == Found.QUEUED


def test_a_mask_selection_is_named_in_the_files_of_its_month(looked, project, owner, media_dir,
                                                             monkeypatch):  # fmt: skip
    looked()
    then = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: then + dt.timedelta(days=40))
    row = months.close(owner, project.team, ledger.month_of(then))
    name = next(one for one in row.counts["files"] if one != months.SUMMARY)
    lines = csv.DictReader(io.StringIO(months.kept(row, name).decode("utf-8-sig")))
    assert {one["operation"] for one in lines if one["clip"]} == {"mask_selection"}
