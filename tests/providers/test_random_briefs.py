"""What our check admits, no provider's rules refuse; what it refuses is never sent.

The sandbox was written from the contract sheets by others than the catalogue. PIXSTUDIO_BRIEFS is
the number of random briefs for each provider; the default keeps the run short.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from generations.providers.menu import catalogue
from generations.providers.registry import ADAPTERS
from generations.providers.types import Refused, Unsupported
from generations.sandbox.faults import words_in
from tests.random_briefs import briefs

EACH = int(os.environ.get("PIXSTUDIO_BRIEFS", "0"))
EVERY = [(name, one) for name in ADAPTERS for one in catalogue(name).offerings]
TOLD: dict[str, list[int]] = {name: [0, 0] for name in ADAPTERS}


@pytest.fixture(scope="module", autouse=True)
def numbers():
    yield
    for name, (admitted, refused) in TOLD.items():
        print(f"\n{name}: {admitted} briefs admitted and taken, {refused} refused unsent")


def examples(provider):
    many = len([one for one in EVERY if one[0] == provider])
    return max(8, -(-EACH // many))


def named(one):
    return one if isinstance(one, str) else f"{one.operation}-{one.model}"


@pytest.mark.parametrize(("name", "offering"), EVERY, ids=named)
def test_what_we_admit_is_taken_and_what_we_refuse_is_not_sent(desks, name, offering):
    desk = desks[name]

    @settings(
        max_examples=examples(name),
        derandomize=not EACH,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(briefs(offering, desk.cupboard))
    def agree(drawn):
        brief, handles = drawn
        spoken = f"{brief.prompt} {brief.options.get('speech')} {brief.options.get('sound')}"
        assert not words_in(spoken)
        ours = desk.refusals(offering, brief)
        TOLD[name][bool(ours)] += 1
        if not offering.problems(brief) and ours:
            return  # a file that the provider does not take: it is refused before it is uploaded
        try:
            desk.submit(offering, brief, handles)
        except Unsupported as trouble:
            assert ours, f"we admit what we cannot tell: {trouble}"
            assert trouble.field == ours[0].field
        except Refused as trouble:
            raise AssertionError(f"we admit what is refused: {trouble}") from trouble
        else:
            assert not ours

    agree()
