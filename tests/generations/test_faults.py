"""Each fault x each provider through the sandbox: our rows, the sandbox's own books, the page."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.urls import reverse

from accounts import ledger
from generations import lifecycle
from generations.models import State, Trouble
from tests.story import PROVIDERS

pytestmark = pytest.mark.django_db(transaction=True)

DONE, FAILED, MODERATED, UNCERTAIN = (
    State.SUCCEEDED,
    State.FAILED,
    State.MODERATED,
    State.UNCERTAIN,
)


@dataclass(frozen=True)
class End:
    """How a story must end. ``jobs``: how many the sandbox made. ``money``: charged, back, held."""

    state: str
    jobs: int
    money: str
    cause: str = ""


OK = End(DONE, 1, "charged")
LOST = End(UNCERTAIN, 1, "held", "lost_reply")
NOTHING_MADE = End(UNCERTAIN, 0, "held", "lost_reply")
LOST_FILE = End(FAILED, 1, "charged", "lost_file")

# The word in the prompt -> the end at most providers.
ENDS = {
    "refuse": End(FAILED, 0, "back", "refused"),
    "moderate-now": End(MODERATED, 0, "back", "moderated"),
    "no-balance": End(FAILED, 0, "back", "no_balance"),
    "busy": OK,
    "reset": NOTHING_MADE,
    "5xx": NOTHING_MADE,
    "lost-reply": LOST,
    "5xx-made": LOST,
    "garbled": LOST,
    "fail": End(FAILED, 1, "back", "failed"),
    "moderate": End(MODERATED, 1, "back", "moderated"),
    "slow": OK,
    "poll-5xx": OK,
    "poll-404": OK,
    "unknown-status": OK,
    "expired-link": OK,
    "dead-link": LOST_FILE,
    "truncated": OK,
    "truncated-always": LOST_FILE,
    "wrong-type": LOST_FILE,
    "dup-hook": OK,
    "forged-hook": OK,
    "no-hook": OK,
    "late-hook": OK,
}
# Where a provider's protocol makes another end right, and why.
ASKED = "held"  # nobody publishes whether it is charged: a person is asked, the hold stays
ELSEWHERE = {
    # Its webhook goes to an address of this very attempt, and names the job: the reply is healed.
    ("pixazo", "lost-reply"): OK,
    ("pixazo", "5xx-made"): OK,
    ("pixazo", "garbled"): OK,
    # Its scheduler lists our reference; its webhook brings it as well.
    ("useapi", "lost-reply"): OK,
    ("useapi", "5xx-made"): OK,
    ("useapi", "garbled"): OK,
    # Failure policies that nobody publishes.
    ("pixverse", "fail"): End(FAILED, 1, ASKED, "failed"),
    ("pixazo", "fail"): End(FAILED, 1, ASKED, "failed"),
    ("pixazo", "moderate"): End(MODERATED, 1, ASKED, "moderated"),
    ("useapi", "fail"): End(FAILED, 1, ASKED, "failed"),
    ("useapi", "moderate"): End(MODERATED, 1, ASKED, "moderated"),
}


def expected(provider: str, word: str) -> End:
    return ELSEWHERE.get((provider, word), ENDS[word])


def check_money(story, generation, end: End) -> None:
    money = story.money(generation)
    standing = ledger.standing(story.project.team, play=True)
    assert money["hold"] == generation.price_micros
    if end.money == "held":
        assert set(money) == {"hold"}
        assert standing.held_micros == generation.price_micros
        assert generation.charged_micros is None
    elif end.money == "back":
        assert money == {"hold": generation.price_micros, "release": generation.price_micros}
        assert (standing.held_micros, standing.spent_micros) == (0, 0)
        assert generation.charged_micros == 0
    else:
        assert money["settle"] == generation.charged_micros > 0
        assert (standing.held_micros, standing.spent_micros) == (0, generation.charged_micros)
    assert ledger.check() == []


@pytest.mark.parametrize("word", ENDS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_fault_at_every_provider(client, story, provider, word):
    end = expected(provider, word)
    generation = story.ask(provider, words=f"[{word}]")
    final = {State.SUCCEEDED, State.FAILED, State.MODERATED, State.CANCELLED}
    if end.state == UNCERTAIN:
        final = final | {UNCERTAIN}
    generation = story.work(generation, until=final, patience=25)

    assert generation.state == end.state, (generation.cause, generation.said)
    assert generation.cause == end.cause
    if end.state == UNCERTAIN:
        # However long one works on: it is never sent again.
        story.work(generation, until={DONE}, rounds=3)
    assert len(story.jobs(generation)) == end.jobs, "the sandbox's own books"
    check_money(story, generation, end)

    client.force_login(story.user)
    address = reverse("generation", args=[story.project.team.slug, story.project.uuid,
                                          generation.uuid])  # fmt: skip
    seen = client.get(address).content.decode()
    if end.state == UNCERTAIN:
        assert "Nothing will be sent again" in seen
    elif end.money == "back":
        assert "Not charged" in seen
    if end.cause == "no_balance":
        account = story.account(provider)
        assert account.trouble == Trouble.NO_BALANCE


@pytest.mark.parametrize("provider", PROVIDERS)
def test_always_busy_waits_and_can_be_cancelled(story, provider):
    generation = story.work(story.ask(provider, words="[flood]"), rounds=4)
    assert generation.state == State.QUEUED
    assert generation.cause in ("busy", "slots")
    assert story.jobs(generation) == []
    assert lifecycle.cancel(generation, story.user)
    assert not lifecycle.cancel(generation, story.user)
    generation.refresh_from_db()
    check_money(story, generation, End(State.CANCELLED, 0, "back"))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_never_finished_becomes_uncertain_and_keeps_the_hold(story, provider):
    generation = story.work(story.ask(provider, words="[never]"), until={State.RUNNING})
    assert generation.state == State.RUNNING
    story.hurry(generation, days=40)
    generation = story.work(generation, until={UNCERTAIN})
    assert (generation.state, generation.cause) == (UNCERTAIN, "overdue")
    assert len(story.jobs(generation)) == 1
    check_money(story, generation, End(UNCERTAIN, 1, "held"))


@pytest.mark.parametrize("verdict", ["charged", "never_ran"])
def test_an_owner_resolves_what_nobody_can_tell(story, verdict):
    generation = story.work(story.ask("easyrouter", words="[lost-reply]"), until={UNCERTAIN})
    with pytest.raises(lifecycle.CannotResolve):
        lifecycle.resolve(generation, story.user, verdict=verdict, note=" ")
    lifecycle.resolve(generation, story.user, verdict=verdict, note="looked at the console")
    generation.refresh_from_db()
    assert generation.state == FAILED
    money = "charged" if verdict == "charged" else "back"
    check_money(story, generation, End(FAILED, 1, money))
    with pytest.raises(lifecycle.CannotResolve):
        lifecycle.resolve(generation, story.user, verdict=verdict, note="again")


def test_an_owner_finds_the_job_and_the_clip_comes(story):
    generation = story.work(story.ask("easyrouter", words="[lost-reply]"), until={UNCERTAIN})
    [job] = story.jobs(generation)
    lifecycle.resolve(
        generation, story.user, verdict="found", remote_id=job["remote_id"], note="console"
    )
    generation = story.work(generation)
    assert generation.state == DONE
    assert len(story.jobs(generation)) == 1
    check_money(story, generation, OK)


def test_a_charge_that_nobody_publishes_is_asked_for(story):
    generation = story.work(story.ask("pixverse", words="[fail]"))
    assert generation.question == "charge"
    lifecycle.resolve(generation, story.user, verdict="charged", micros=7, note="usage page")
    generation.refresh_from_db()
    assert (generation.question, generation.charged_micros) == (None, 7)
    assert story.money(generation)["settle"] == 7
    assert ledger.check() == []


@pytest.mark.parametrize("provider", ["pixverse", "worldrouter", "useapi"])
def test_what_the_provider_reports_is_settled_not_what_we_hoped(story, provider):
    """Twice the price: the hold is settled, the rest is an adjustment."""
    generation = story.work(story.ask(provider, words="[wrong-charge]"))
    money = story.money(generation)
    assert generation.charged_micros == 2 * generation.price_micros
    assert money["settle"] + money["adjust"] == 2 * generation.price_micros
    assert ledger.check() == []


def test_a_lost_file_can_be_fetched_again_and_is_not_paid_twice(story, monkeypatch):
    generation = story.work(story.ask("pixverse", words="[dead-link]"))
    paid = story.money(generation)
    # The provider mends its link.
    for job in story.sandbox.world.jobs.all.values():
        job.faults = frozenset()
    assert lifecycle.refetch(generation, story.user)
    assert ledger.check() == [], "its file is not lost any more, and no day says so"
    generation = story.work(generation)
    assert generation.state == DONE
    assert ledger.check() == []
    assert story.money(generation) == paid
    assert len(story.jobs(generation)) == 1


def test_the_balance_flag_stops_the_next_and_a_person_clears_it(story):
    story.work(story.ask("worldrouter", words="[no-balance]"))
    account = story.account("worldrouter")
    assert account.trouble == Trouble.NO_BALANCE
    with pytest.raises(AssertionError, match="Balance too low"):
        story.ask("worldrouter")
