"""What a person reads at a provider is told in its unit, and every figure in that unit has it."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts import ledger
from accounts.models import AuditLine, Movement
from generations import lifecycle
from generations.account_prices import add_rate
from generations.auditing import resolving
from generations.catalogue.types import Brief
from generations.models import (
    Attempt,
    Discrepancy,
    Found,
    Generation,
    Selection,
    SpendDay,
    SpendLine,
    State,
)
from generations.spend import rollup
from tests.auditing.conftest import OPTIONS
from tests.story import PIXAZO_TEXT

pytestmark = pytest.mark.django_db
RATE = Decimal("0.005")


@pytest.fixture
def pixverse(account, owner):
    add_rate(owner, account["pixverse"], RATE, timezone.localdate())
    return account["pixverse"]


@pytest.fixture
def asked(project, owner, pixverse):
    """One that nobody can tell about: the answer was lost."""

    def made(state=State.UNCERTAIN, at=None, **fields):
        model, options = "v6", OPTIONS
        if at and at.provider == "pixazo":
            model, options = PIXAZO_TEXT[0], {**PIXAZO_TEXT[1], "aspect_ratio": "16:9"}
        brief = Brief("text_to_video", model, "a kite", options)
        ask = {"project": project, "user": owner, "brief": brief, "account": at or pixverse}
        (one,) = lifecycle.request(**ask, form_token=uuid.uuid4())
        Attempt.objects.create(generation=one, account=one.account, **fields.pop("attempt", {}))
        given = {"state": state, "due_at": None, **fields}
        Generation.objects.filter(pk=one.pk).update(**given)
        one.refresh_from_db()
        return one

    return made


@pytest.fixture
def case(pixverse, charged, audited):
    """A charge of 53 credits for a clip that costs less."""

    def made(units=53):
        one = charged(units)
        audited()
        return Discrepancy.objects.get(generation=one)

    return made


def movement(key: str) -> tuple[int, Decimal | None, str, Decimal | None]:
    one = Movement.objects.get(key=key)
    return one.micros, one.units, one.unit, one.rate


def units_of(one) -> Decimal:
    rows = SpendLine.objects.filter(subject=one.uuid)
    return Decimal(rows.aggregate(sum=Sum("unit_millionths"))["sum"]) / 1_000_000


# A charge that a person tells.


@pytest.mark.parametrize("told", [{"units": Decimal(18)}, {"micros": 90_000}])
def test_a_charge_is_kept_in_units_whichever_way_it_was_told(asked, owner, told):
    one = asked()
    lifecycle.resolve(one, owner, verdict="charged", note="console", **told)
    assert movement(f"settle:{one.uuid}") == (90_000, 18, "credits", RATE)
    one.refresh_from_db()
    assert one.charged_micros == 90_000
    assert units_of(one) == 18
    assert "18 PixVerse credits ($0.09)" in one.events.latest("pk").text
    line = AuditLine.objects.get(verb="generation.resolved")
    assert (line.facts["micros"], line.facts["told"]) == (90_000, "18 PixVerse credits")
    assert not list(rollup.check())
    assert ledger.check() == []


def test_a_charge_as_sold_has_the_units_of_its_price(asked, owner):
    one = asked()
    lifecycle.resolve(one, owner, verdict="charged", note="console")
    assert units_of(one) == Decimal(one.price["units"])


def test_a_charge_of_a_failure_that_was_open(asked, owner):
    one = asked(State.FAILED, question="charge")
    lifecycle.resolve(one, owner, verdict="charged", units=Decimal("17.5"), note="console")
    assert movement(f"settle:{one.uuid}")[:2] == (87_500, Decimal("17.5"))


def test_more_than_its_hold_is_charged_in_units_too(asked, owner):
    one = asked()
    much = Decimal(one.price["units"]) + 100
    lifecycle.resolve(one, owner, verdict="charged", units=much, note="console")
    assert units_of(one) == much
    assert ledger.charged(str(one.uuid)) == much * 5_000


@pytest.mark.parametrize("told", [{"units": Decimal(0)}, {"micros": 0}])
@pytest.mark.parametrize(
    ("fields", "words"),
    [({}, "It never ran"), ({"state": State.FAILED, "question": "charge"}, "It was not charged")],
)
def test_nothing_is_no_charge(asked, owner, told, fields, words):
    one = asked(**fields)
    with pytest.raises(lifecycle.CannotResolve, match=f"Choose “{words}”"):
        lifecycle.resolve(one, owner, verdict="charged", note="console", **told)
    assert ledger.held(str(one.uuid))


def test_a_unit_without_a_rate_is_told_in_dollars(asked, owner, pixverse):
    one = asked()
    price = {**one.price, "units": None, "unit": "", "rate": None, "is_ceiling": True}
    Generation.objects.filter(pk=one.pk).update(price=price)
    pixverse.rates.all().delete()
    with pytest.raises(lifecycle.CannotResolve, match="enter it in dollars"):
        lifecycle.resolve(one, owner, verdict="charged", units=Decimal(5), note="console")
    lifecycle.resolve(one, owner, verdict="charged", micros=7, note="console")
    assert movement(f"settle:{one.uuid}") == (7, None, "", None)


def test_a_mask_selection_too(project, owner, pixverse, asked):
    row = selection(project, owner, pixverse)
    lifecycle.resolve_selection(row, owner, verdict="charged", units=Decimal(3), note="console")
    assert movement(f"settle:{row.uuid}") == (15_000, 3, "credits", RATE)
    other = selection(project, owner, pixverse)
    with pytest.raises(lifecycle.CannotResolve, match="Choose “It never ran”"):
        lifecycle.resolve_selection(other, owner, verdict="charged", micros=0, note="console")


def selection(project, owner, account) -> Selection:
    row = Selection.objects.create(
        project=project, user=owner, account=account, play=account.play, state=Found.UNCERTAIN,
        keyframe=1, form_token=uuid.uuid4(), price_micros=20_000, source={},
        price={"micros": 20_000, "units": "4", "unit": "credits", "rate": "0.005",
               "is_ceiling": False, "formula": "per clip"},
    )  # fmt: skip
    bill = ledger.Bill(
        team=project.team, user=owner, subject=str(row.uuid), project=str(project.uuid),
        account=str(account.uuid), play=account.play, month=ledger.month_of(timezone.now()),
    )  # fmt: skip
    ledger.hold(bill, 20_000, units=Decimal(4), unit="credits", rate=RATE)
    return row


# A refund.


@pytest.mark.parametrize("told", [{"refund_units": Decimal(18)}, {"refund_micros": 90_000}])
def test_a_refund_is_kept_in_units_whichever_way_it_was_told(case, owner, told):
    row = case()
    resolving.resolve(row, owner, resolution="refunded", note="Ticket 7", **told)
    key = f"adjust:{row.subject}:refund-{row.pk}"
    assert movement(key) == (-90_000, -18, "credits", RATE)
    assert units_of(row.generation) == 53 - 18
    assert SpendDay.objects.aggregate(sum=Sum("unit_millionths"))["sum"] == 35_000_000
    row.refresh_from_db()
    assert row.refund_micros == 90_000
    line = AuditLine.objects.get(verb="discrepancy.resolved")
    assert (line.facts["refund_micros"], line.facts["told"]) == (90_000, "18 PixVerse credits")
    assert "Refunded 18 PixVerse credits ($0.09)" in row.generation.events.latest("pk").text
    assert not list(rollup.check())


@pytest.mark.parametrize("told", [{"refund_units": Decimal(53)}, {"refund_micros": 265_000}])
def test_all_that_was_charged_comes_back_to_the_last_part(case, owner, told):
    row = case()
    resolving.resolve(row, owner, resolution="refunded", note="Ticket 7", **told)
    assert ledger.charged(row.subject) == 0
    assert units_of(row.generation) == 0


def test_a_refund_counts_at_the_rate_of_its_charge_whatever_the_rate_is_now(case, owner, pixverse):
    row = case()
    add_rate(owner, pixverse, RATE * 2, timezone.localdate())
    resolving.resolve(row, owner, resolution="refunded", note="x", refund_units=Decimal(18))
    assert movement(f"adjust:{row.subject}:refund-{row.pk}")[0] == -90_000


def test_no_more_comes_back_than_was_charged(case, owner):
    row = case()
    with pytest.raises(resolving.CannotSettle, match="Only 53 PixVerse credits were charged"):
        resolving.resolve(row, owner, resolution="refunded", note="x", refund_units=Decimal(54))
    with pytest.raises(resolving.CannotSettle, match=r"Only \$0.265 was charged"):
        resolving.resolve(row, owner, resolution="refunded", note="x", refund_micros=265_001)
    with pytest.raises(resolving.CannotSettle, match="Enter what came back"):
        resolving.resolve(row, owner, resolution="refunded", note="x", refund_units=Decimal(0))
    assert ledger.charged(row.subject) == 265_000


def test_nothing_comes_back_twice(case, owner, charged):
    row = case()
    resolving.resolve(row, owner, resolution="refunded", note="x", refund_units=Decimal(53))
    again = Discrepancy.objects.create(
        team=row.team, account=row.account, generation=row.generation, subject=row.subject,
        cause="charged_twice", risk_micros=1, play=True,
    )  # fmt: skip
    with pytest.raises(resolving.CannotSettle, match="Nothing is charged for it any more"):
        resolving.resolve(again, owner, resolution="refunded", note="x", refund_units=Decimal(1))


# Their pages.


def test_the_form_of_a_refund_asks_in_the_providers_unit(browser, project, case):
    row = case()
    where = [project.team.slug, row.pk]
    page = browser.get(reverse("audit_case", args=where)).text
    assert '<option value="credits" selected>PixVerse credits</option>' in " ".join(page.split())
    address = reverse("audit_resolve", args=where)
    given = {"resolution": "refunded", "note": "Ticket", "unit": "credits"}
    refused = browser.post(address, given | {"amount": "$18"}).text
    assert "counts PixVerse credits, not dollars" in refused and 'value="$18"' in refused
    strange = browser.post(address, given | {"amount": "18", "unit": "worldrouter"}).text
    assert "Choose the unit" in strange
    assert browser.post(address, given | {"amount": "18"}).status_code == 302
    assert units_of(row.generation) == 35


def test_to_resolve_asks_in_the_providers_unit_and_keeps_dollars_possible(
    browser, project, asked, pixverse
):
    one, other = asked(), asked()
    page = " ".join(browser.get(reverse("uncertain", args=[project.team.slug])).text.split())
    held = Decimal(one.price["units"])
    assert f'value="{held.normalize():f}"' in page
    assert '<option value="credits" selected>PixVerse credits</option>' in page
    address = reverse("resolve", args=[project.team.slug, project.uuid, one.uuid])
    given = {"verdict": "charged", "note": "console", "amount": "18", "unit": "credits"}
    zero = browser.post(address, given | {"amount": "0"}).text
    assert "Choose “It never ran”" in zero and 'value="0"' in zero
    assert browser.post(address, given).status_code == 302
    assert units_of(one) == 18
    address = reverse("resolve", args=[project.team.slug, project.uuid, other.uuid])
    assert browser.post(address, given | {"amount": "$0.09", "unit": "USD"}).status_code == 302
    assert ledger.charged(str(other.uuid)) == 90_000


def test_a_wallet_in_dollars_is_asked_in_dollars(browser, project, asked, account):
    one = asked(at=account["pixazo"])
    page = browser.get(reverse("uncertain", args=[project.team.slug])).text
    assert 'name="unit"' not in page
    address = reverse("resolve", args=[project.team.slug, project.uuid, one.uuid])
    given = {"verdict": "charged", "note": "console", "amount": "$0.05"}
    assert browser.post(address, given).status_code == 302
    assert movement(f"settle:{one.uuid}") == (50_000, Decimal("0.05"), "USD", 1)


def test_to_resolve_shows_what_the_provider_reported_with_the_failure(
    browser, project, asked, account
):
    """A provider that publishes that failures are free, and reports a charge for one."""
    exchange = {"method": "GET", "answer": {"status": 8, "credits": 17.5}}
    look = {"word": "8", "said": "", "charge": "17.5", "exchange": exchange}
    told = {"last_look": look, "charge_amount": Decimal("17.5"), "charge_unit": "worldrouter"}
    asked(State.FAILED, at=account["worldrouter"], question="charge", attempt=told)
    page = " ".join(browser.get(reverse("uncertain", args=[project.team.slug])).text.split())
    assert "WorldRouter reported <b>17.5 WorldRouter credits</b> with the failure" in page
    assert 'name="amount" inputmode="decimal" value="17.5"' in page
    assert "What the last look brought" in page
    assert "&quot;credits&quot;: 17.5" in page


@pytest.mark.django_db(transaction=True)
def test_a_failure_that_was_charged_against_its_rules(story, client):
    """As it comes from the provider itself: the report stands beside the question."""
    add_rate(story.user, story.account("worldrouter"), Decimal("0.01"), timezone.localdate())
    one = story.work(story.ask("worldrouter", words="[charge-failed]"))
    assert one.question == "charge"
    charge = Decimal(one.attempt.last_look["charge"])
    client.force_login(story.user)
    page = client.get(reverse("uncertain", args=[story.project.team.slug])).text
    seen = " ".join(page.split())
    told = f"{charge.normalize():f}"
    assert f"WorldRouter reported <b>{told} WorldRouter credits</b> with the failure" in seen
    address = reverse("resolve", args=[one.team.slug, one.project.uuid, one.uuid])
    given = {"verdict": "charged", "note": "console", "amount": told, "unit": "worldrouter"}
    assert client.post(address, given).status_code == 302
    assert units_of(one) == charge
