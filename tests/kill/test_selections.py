"""A worker dies while it asks for masks: asked once at most, and the money adds up."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from .studio import Studio

pytestmark = pytest.mark.kill


@dataclass(frozen=True)
class Death:
    """What it leaves (state, sent, times charged at the sandbox), and how it ends."""

    left: tuple[str, bool, int]
    end: tuple[str, int]


DEATHS = {
    "claimed masks": Death(("sending", False, 0), ("done", 1)),
    # The token is written, so nobody can know that nothing left. Never a second try.
    "intended masks": Death(("sending", True, 0), ("uncertain", 0)),
    "posted masks": Death(("sending", True, 1), ("uncertain", 1)),
    "settling masks": Death(("sending", True, 1), ("uncertain", 1)),
    "found masks": Death(("done", True, 1), ("done", 1)),
    "fetching masks": Death(("done", True, 1), ("done", 1)),
}


def charges(studio: Studio) -> int:
    """The sandbox's own books: how often it took money for masks."""
    return sum(one["remote_id"] == "mask_selection" for one in studio.books()["charges"])


@pytest.mark.parametrize("moment", DEATHS)
def test_another_worker_goes_on(deaths, moment):
    death, before = DEATHS[moment], charges(deaths)
    pk = deaths.inside("ask_masks")
    deaths.die(moment, pk)
    row = deaths.inside("masks", pk=pk)
    assert (row["state"], row["sent"], charges(deaths) - before) == death.left
    # Doubled messages while the dead worker's lease still runs: nobody else touches it.
    if row["state"] == "sending":
        deaths.inside("select", pk=pk)
        assert deaths.inside("masks", pk=pk) == row

    state, taken = death.end
    for _ in range(3):
        deaths.inside("select", pk=pk, later=True)
    row = deaths.inside("masks", pk=pk)
    assert (row["state"], charges(deaths) - before) == (state, taken), row
    if state == "uncertain":
        assert (row["money"], row["charged"]) == (["hold"], None)
    else:
        assert (row["money"], row["charged"]) == (["hold", "settle"], 10_000)
        assert (row["finished"], row["pictures"]) == (True, 3)
    assert deaths.inside("drift") == []
