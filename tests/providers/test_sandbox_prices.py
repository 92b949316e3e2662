"""The sample team's quotes and the sandbox's own books: random briefs of every offering, sent."""

import os
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from generations.catalogue.quote import price
from generations.catalogue.types import Price, PriceRow
from generations.demo_prices import rows_for
from generations.providers import transport
from generations.providers.registry import ADAPTERS
from generations.sandbox.server import Sandbox
from tests.providers.accounts import Desk
from tests.providers.test_random_briefs import EVERY, named
from tests.random_briefs import briefs

EACH = int(os.environ.get("PIXSTUDIO_BRIEFS", "0"))


@pytest.fixture(scope="module")
def desks(tmp_path_factory):
    """An account of each provider with the sample team's prices; nothing is drawn."""
    with Sandbox(port=0, speed=1000, data_dir=tmp_path_factory.mktemp("prices")) as sandbox:
        made = {name: Desk(sandbox, name) for name in ADAPTERS}
        sandbox.world.studio.do = lambda *_: None
        for desk in made.values():
            rows = tuple(
                PriceRow(
                    row.operation,
                    row.model,
                    row.formula,
                    row.amount,
                    desk.room.unit,
                    row.quality or None,
                    row.audio,
                    ours=True,
                    when=row.when,
                )
                for row in rows_for(desk.room)
            )
            desk.terms = replace(desk.terms, usd_per_unit=Decimal(1), rows=rows, ceiling=None)
        yield made
        transport.close()


@pytest.mark.parametrize(("name", "offering"), EVERY, ids=named)
def test_a_quote_is_what_the_sandbox_books(desks, name, offering):
    desk, sandbox = desks[name], desks[name].sandbox

    @settings(
        max_examples=max(3, EACH),
        derandomize=not EACH,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(briefs(offering, desk.cupboard))
    def agree(drawn):
        brief, handles = drawn
        if desk.refusals(offering, brief):
            return
        found = price(desk.room, brief, desk.terms)
        assert isinstance(found, Price), (found, brief.options)
        remote_id = desk.submit(offering, brief, handles)
        (job,) = sandbox.jobs(name, remote_id=remote_id)
        assert found.units == Decimal(job["price"]), (brief.options, found.formula)

    agree()
