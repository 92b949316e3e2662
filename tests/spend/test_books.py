"""Stories through the sandbox: lines, days and months are as the movements say, at every step."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import ledger
from generations import lifecycle
from generations.models import Generation, SpendDay, SpendFacts, SpendLine, SpendMonth, State
from generations.spend import books, rollup

ROOT = Path(__file__).resolve().parents[2]
VERBS = ("settle", "release", "adjust")


@pytest.fixture
def adds_up():
    """The ledger and the sums of spend agree before and after the test."""
    assert ledger.check() == []
    yield
    assert ledger.check() == []


def line(generation: Generation) -> SpendLine:
    return SpendLine.objects.get(generation=generation)


def test_a_clip_that_is_made(story, adds_up):
    made = story.work(story.ask("pixverse"))
    assert made.state == State.SUCCEEDED
    kept, facts = line(made), SpendFacts.objects.get(generation=made)
    assert (kept.micros, kept.clips, kept.succeeded) == (made.charged_micros, 1, 1)
    assert kept.delivered_ms == made.asset.duration_ms > 0
    assert kept.day == timezone.localdate()
    assert (kept.account, kept.user, kept.project) == (made.account, story.user, story.project)
    assert kept.unit == "credits"
    assert facts.published_micros is not None
    assert facts.cheapest_micros is not None
    assert facts.cheapest_micros <= made.price_micros
    for model in (SpendDay, SpendMonth):
        assert model.objects.get().micros == made.charged_micros


def test_nothing_is_kept_while_it_is_held(story, adds_up):
    story.ask("pixverse", words="[never]")
    assert not SpendLine.objects.exists()


def test_one_that_is_cancelled_is_not_counted(story, adds_up):
    made = story.ask("pixverse")
    assert lifecycle.cancel(made, story.user)
    assert not SpendLine.objects.exists()


@pytest.mark.parametrize("word", ["[fail]", "[moderate]", "[refuse]"])
@pytest.mark.parametrize("provider", ["pixverse", "useapi"])
def test_one_that_fails(story, adds_up, provider, word):
    made = story.work(story.ask(provider, words=word))
    if made.question:
        # Whether it is charged is published by nobody: the money is held until a person says.
        assert not SpendLine.objects.exists()
        lifecycle.resolve(made, story.user, verdict="charged", note="on the bill")
    kept = line(made)
    assert kept.clips == 1
    assert kept.failed + kept.moderated == 1
    assert kept.micros == sum(
        one.micros for one in ledger.movements(str(made.uuid)) if one.kind in ("settle", "adjust")
    )


def test_one_that_a_person_resolves(story, adds_up):
    made = story.work(story.ask("pixazo", words="[lost-reply]"), {State.UNCERTAIN})
    assert not SpendLine.objects.exists()
    lifecycle.resolve(made, story.user, verdict="charged", micros=70_000, note="on the bill")
    kept = line(made)
    assert (kept.micros, kept.failed) == (70_000, 1)


def test_one_that_never_ran(story, adds_up):
    made = story.work(story.ask("pixazo", words="[lost-reply]"), {State.UNCERTAIN})
    lifecycle.resolve(made, story.user, verdict="never_ran", note="not in their list")
    kept = line(made)
    assert (kept.micros, kept.clips, kept.published_micros) == (0, 1, 0)


def test_a_late_charge_and_a_refund(story, adds_up):
    made = story.work(story.ask("worldrouter"))
    before = line(made).micros
    books.adjust(made, 30_000, reason="late", note="on the statement")
    books.adjust(made, -10_000, reason="refund", note="they gave some back")
    assert line(made).micros == before + 20_000
    assert SpendDay.objects.get().micros == before + 20_000


def test_every_door_may_be_used_twice(story, adds_up):
    made = story.work(story.ask("worldrouter"))
    before = line(made).micros
    for _ in range(2):
        books.settle(made, 1)
        books.adjust(made, 5, reason="late", note="")
        books.enter(made)
    assert line(made).micros == before + 5


def test_the_check_sees_what_was_changed_and_the_rebuild_mends_it(story, capsys):
    for provider in ("pixverse", "worldrouter"):
        story.work(story.ask(provider))
    story.work(story.ask("easyrouter", words="[fail]"))
    names = [one.name for one in SpendLine._meta.fields if one.name != "id"]
    before = sorted(SpendLine.objects.values_list(*names), key=str)
    SpendDay.objects.update(micros=1)
    SpendLine.objects.filter(provider="pixverse").delete()
    assert len(ledger.check()) > 3
    with pytest.raises(CommandError, match="do not add up"):
        call_command("rollup", "--check")
    call_command("rollup", "--rebuild")
    assert "The sums add up: 3 lines" in capsys.readouterr().out
    assert sorted(SpendLine.objects.values_list(*names), key=str) == before
    assert ledger.check() == []


def test_rebuilding_an_empty_studio(db):
    assert rollup.rebuild() == 0
    assert list(rollup.check()) == []


def test_nobody_settles_past_the_books():
    """Whoever settles, releases or adjusts by the ledger itself would leave the sums behind."""
    found = set()
    for path in (ROOT / "generations").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            verb = isinstance(node, ast.Attribute) and node.attr in VERBS
            if verb and ast.unparse(node.value) == "ledger":
                found.add(path.relative_to(ROOT).as_posix())
    assert found == {"generations/spend/books.py"}
