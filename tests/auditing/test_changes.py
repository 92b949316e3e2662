"""The page of who changed what: readable, filtered, in pages that lose and repeat nothing."""

from __future__ import annotations

import ast
import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.audit_words import AREAS, VERBS
from accounts.budgets import set_budget
from accounts.models import AuditLine, Membership, TeamRole, User
from generations.account_prices import add_price, add_rate, set_ceiling
from generations.auditing import balances, changes
from generations.models import Verdict
from generations.reviewing.verdicts import decide
from generations.reviewing.who import Who

VERB = re.compile(r"[a-z_]+\.[a-z_]+")

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(project):
    user = User.objects.create_user("vera@example.org", "correct horse", name="Vera")
    Membership.objects.create(team=project.team, user=user, role=TeamRole.OWNER)
    return user


@pytest.fixture
def page(project, owner, other, account):
    """Three changes of three kinds by two people and the studio; the address of the list."""
    AuditLine.objects.all()._raw_delete("default")
    set_budget(owner, project.team, scope="team", play=True, limit_micros=7_000_000)
    set_ceiling(other, account["pixazo"], 500_000)
    audit.record(None, "ledger.drift", "A purse of July", team=project.team, differences=1)
    return reverse("audit_changes", args=[project.team.slug])


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_change_is_said_as_it_was_and_as_it_is(browser, page):
    seen = text(browser.get(page))
    wanted = ["Budget set", "→ $7.00, play money", "Olga Owner", "Ceiling for unknown prices"]
    for words in [*wanted, "none → $0.50", "Vera", "Books do not add up", "differences: 1"]:
        assert words in seen, words
    assert "micros" not in seen


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ({"area": "money"}, "Budget set", "Ceiling for"),
        ({"area": "prices"}, "Ceiling for", "Budget set"),
        ({"person": "studio"}, "Books do not", "Budget set"),
        ({"q": "pixazo"}, "Ceiling for", "Books do not"),
        ({"period": "month"}, "Budget set", "Nothing fits"),
        ({"period": "last-month"}, "Nothing fits these filters", "Budget set"),
    ],
)
def test_filters_stand_in_the_address(browser, page, asked, there, gone):
    seen = text(browser.get(page, asked))
    assert there in seen
    assert gone not in seen


def test_what_one_person_changed(browser, page, other):
    seen = text(browser.get(page, {"person": other.pk}))
    assert "Ceiling for" in seen
    assert "Budget set" not in seen


@pytest.mark.parametrize(
    "odd", ["person=%00", "person=99999999999999999999", "after=x~1", "after=2026-13-45T00:00~1",
            "after=2026-11-01T00:00~1", "area=no", "period=custom&from=x"],
)  # fmt: skip
def test_an_odd_address_is_no_error(browser, page, odd):
    text(browser.get(f"{page}?{odd}"))


def test_pages_lose_and_repeat_nothing_of_one_moment(project, page, monkeypatch):
    monkeypatch.setattr(changes, "PAGE", 2)
    now = timezone.now()
    for number in range(5):
        audit.record(None, "prompt.made", f"n{number}", team=project.team)
    AuditLine.objects.filter(verb="prompt.made")._raw_delete("default")
    AuditLine.objects.bulk_create(
        AuditLine(team=project.team, actor_name="x", verb="prompt.made", target=f"n{one}", at=now)
        for one in range(5)
    )
    wanted = changes.asked(project.team, {})
    seen, after = [], ""
    while True:
        some, after = changes.page(wanted, after)
        seen += [one.pk for one in some]
        if not after:
            break
    assert len(seen) == len(set(seen)) == AuditLine.objects.filter(team=project.team).count()


def test_more_lines_cost_no_more_queries(browser, page, project, django_assert_num_queries):
    browser.get(page)
    with CaptureQueriesContext(connection) as few:
        browser.get(page)
    for number in range(20):
        audit.record(None, "prompt.made", f"n{number}", team=project.team)
    with django_assert_num_queries(len(few)):
        browser.get(page)


def test_the_file_has_the_lines_of_the_page(browser, page, project):
    answer = browser.get(reverse("audit_changes_csv", args=[project.team.slug]), {"area": "prices"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert "Ceiling for unknown prices set" in lines[1]
    assert "none → $0.50" in lines[1]


def test_units_rates_and_prices_are_said_in_words(project, owner, account):
    """As the catalogue calls a unit, with the note: a provider's word for it is for machines."""
    router = account["worldrouter"]
    add_rate(owner, router, Decimal("0.02"), timezone.localdate(), note="Invoice 7")
    balances.type_in(owner, router, Decimal(1_000_000_001), timezone.now())
    balances.top_up(owner, router, Decimal(5), timezone.now())
    price = {"formula": "per_clip", "amount": Decimal(3), "unit": "worldrouter", "note": "Plan B"}
    add_price(owner, router, **price)
    said = {one.verb: one.details for one in AuditLine.objects.order_by("pk")}
    assert "0.02 USD for one of its WorldRouter credits" in said["rate.entered"]
    assert "“Invoice 7”" in said["rate.entered"]
    assert "1,000,000,001 WorldRouter credits" in said["balance.typed"]
    assert "5 WorldRouter credits" in said["topup.entered"]
    assert "3 WorldRouter credits per clip" in said["price.entered"]
    assert "“Plan B”" in said["price.entered"]
    assert not any("worldrouter" in one for one in said.values())


def test_nobody_sees_the_lines_of_another_team(browser, page, project, owner):
    stranger = User.objects.create_user("s@example.org", "correct horse", name="S")
    old = timezone.now() - dt.timedelta(days=1)
    assert changes.rows(changes.asked(project.team, {})).filter(at__lt=old).count() == 0
    audit.record(stranger, "person.email", "secret@example.org")
    assert "secret@example.org" not in text(browser.get(page))


def _verbs():
    """What is written down anywhere: the words with a dot that are handed to a recorder."""
    for place in ("accounts", "generations"):
        for path in Path(place).rglob("*.py"):
            tree = ast.parse(path.read_text())
            for call in ast.walk(tree):
                name = getattr(call, "func", None)
                name = getattr(name, "attr", getattr(name, "id", ""))
                if isinstance(call, ast.Call) and name in {"record", "_record", "_note"}:
                    said = [one.value for one in call.args if isinstance(one, ast.Constant)]
                    yield from (one for one in said if VERB.fullmatch(str(one)))


def test_every_change_is_in_one_of_the_kinds_to_choose_from():
    beginnings = [one for _, words in AREAS.values() for one in words]
    assert len(beginnings) == len(set(beginnings))
    verbs = {*_verbs(), *VERBS}
    assert len(verbs) > 60
    assert {one for one in verbs if one.split(".")[0] not in beginnings} == set()


def test_a_clip_is_named_by_its_prompt_and_found_by_its_id(project, owner, charged):
    generation = charged(prompt="A paper boat\n in the rain")
    decide(generation, Verdict.APPROVED, Who(owner))
    (line,) = changes.rows(changes.Asked(team=project.team, words=str(generation.uuid)))
    assert (line.verb, line.target) == ("review.approved", "A paper boat in the rain")
    assert str(generation.uuid) not in line.details
