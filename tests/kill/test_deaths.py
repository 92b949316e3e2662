"""A worker dies at every line, in a real process: sent exactly once, and the money adds up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

import pytest

from tests.story import PROVIDERS

from .studio import Studio, wait_for

pytestmark = pytest.mark.kill


@dataclass(frozen=True)
class Death:
    """``left``: what the dead worker left (state, attempts, jobs at the sandbox).

    ``end``: how it ends when somebody else goes on (state, jobs).
    """

    left: tuple[str, int, int]
    end: tuple[str, int]


SENT_ONCE = ("succeeded", 1)
DEATHS = {
    "claimed": Death(("submitting", 0, 0), SENT_ONCE),
    "intending": Death(("submitting", 0, 0), SENT_ONCE),
    # The token is written, so nobody can know that nothing left. Never a second try.
    "intended": Death(("submitting", 1, 0), ("uncertain", 0)),
    "sending": Death(("submitting", 1, 0), ("uncertain", 0)),
    "accepted": Death(("running", 1, 1), SENT_ONCE),
    "claimed look": Death(("running", 1, 1), SENT_ONCE),
    "looking": Death(("running", 1, 1), SENT_ONCE),
    "downloading": Death(("archiving", 1, 1), SENT_ONCE),
    "kept": Death(("archiving", 1, 1), SENT_ONCE),
    "settling": Death(("archiving", 1, 1), SENT_ONCE),
    "settled": Death(("succeeded", 1, 1), SENT_ONCE),
}
PREPARED = {"running": ("claimed look", "looking"), "archiving": ("downloading", "kept",
            "settling", "settled")}  # fmt: skip


def prepare(studio: Studio, moment: str, pk: int) -> None:
    if moment in PREPARED["running"]:
        assert studio.inside("work", pk=pk, until=["running"])["state"] == "running"
    if moment in PREPARED["archiving"]:
        assert studio.inside("make", pk=pk) == "archiving"


def check_left(studio: Studio, pk: int, left: tuple[str, int, int]) -> None:
    row = studio.inside("row", pk=pk)
    found = (row["state"], len(row["attempts"]), len(studio.jobs(row["prompt"])))
    assert found == left, row
    if row["state"] != "succeeded":
        assert row["money"] == ["hold"]
        assert not row["asset"]


def check_end(studio: Studio, pk: int, state: str, jobs: int) -> None:
    row = studio.inside("row", pk=pk)
    assert row["state"] == state, row
    assert len(studio.jobs(row["prompt"])) == jobs, "the sandbox's own books"
    assert studio.inside("drift") == []
    if state == "uncertain":
        assert (row["money"], row["charged"]) == (["hold"], None)
    else:
        assert row["asset"]
        assert row["charged"] > 0
        assert row["money"].count("settle") == 1
        assert row["events"].count("succeeded") == 1


@pytest.mark.parametrize(("moment", "provider"), list(zip(DEATHS, cycle(PROVIDERS), strict=False)))
def test_another_worker_goes_on(deaths, moment, provider):
    death = DEATHS[moment]
    pk = deaths.inside("ask", provider=provider)["pk"]
    prepare(deaths, moment, pk)
    deaths.die(moment, pk)
    check_left(deaths, pk, death.left)

    # Doubled messages while the dead worker's lease still runs: nobody else touches it.
    if death.left[0] in ("submitting", "archiving"):
        deaths.inside("submit", pk=pk)
        deaths.inside("archive", pk=pk)
        check_left(deaths, pk, death.left)

    polls = deaths.inside("pass_time", pk=pk)
    if death.left[0] == "running":
        assert polls == 1, "dispatch rings for a poll once the dead poller's lease is over"
    state, jobs = death.end
    if state == "uncertain":
        deaths.inside("work", pk=pk, rounds=4)
        deaths.inside("submit", pk=pk)
    else:
        deaths.inside("work", pk=pk)
    check_end(deaths, pk, state, jobs)


@pytest.mark.parametrize(
    ("provider", "moment"),
    [*((provider, "posted") for provider in PROVIDERS), ("worldrouter", "accepting")],
)
def test_between_post_and_commit(deaths, provider, moment):
    """The job exists and we do not know its id. Held, matched where the dialect allows."""
    # [no-hook]: useapi.net must find it by its scheduler alone, which lists what still runs.
    words = {"useapi": "[no-hook] [slow]", "pixazo": "[slow]"}.get(provider, "")
    pk = deaths.inside("ask", provider=provider, words=words)["pk"]
    deaths.die(moment, pk)
    check_left(deaths, pk, ("submitting", 1, 1))
    deaths.inside("submit", pk=pk)
    deaths.inside("pass_time", pk=pk)
    if provider == "useapi":
        row = deaths.inside("work", pk=pk, patience=40)
        assert row["attempts"][0][1], "found by the token in the scheduler"
        check_end(deaths, pk, "succeeded", 1)
    elif provider == "pixazo":
        assert deaths.inside("work", pk=pk, rounds=2)["state"] == "uncertain"
        check_end(deaths, pk, "uncertain", 1)
        deaths.inside("work", pk=pk, patience=40)
        check_end(deaths, pk, "succeeded", 1)
    else:
        deaths.inside("work", pk=pk, rounds=4)
        deaths.inside("submit", pk=pk)
        check_end(deaths, pk, "uncertain", 1)
        assert deaths.inside("row", pk=pk)["cause"] == "lost_reply"


@pytest.mark.parametrize("provider", ["pixazo", "useapi"])
def test_a_webhook_that_comes_before_anybody_knows_that_the_reply_is_lost(deaths, provider):
    """The lease of the dead worker still runs when the provider says that it is done."""
    asked = deaths.inside("ask", provider=provider)
    deaths.die("posted", asked["pk"])
    [job] = deaths.jobs(asked["prompt"])

    def told() -> bool:
        hooks = deaths.books()["hooks"]
        mine = [one for one in hooks if one["remote_id"] == job["remote_id"]]
        return any(one["delivered"] for one in mine) and deaths.jobs(asked["prompt"])[0][
            "state"
        ] in ("done", "succeeded")

    wait_for(told, 20, f"the webhook of {job}")
    check_left(deaths, asked["pk"], ("submitting", 1, 1))
    deaths.inside("pass_time", pk=asked["pk"])
    deaths.inside("work", pk=asked["pk"])
    check_end(deaths, asked["pk"], "succeeded", 1)
