"""The table of allowed moves, exhaustively: 9 x 9 states."""

import itertools
import uuid

import pytest

from accounts.models import Team
from generations.models import FINAL, Generation, Project, ProviderAccount, State
from generations.models.generations import MOVES

# Written out by hand from design.md section 3, not derived from the table under test.
ALLOWED = {
    ("queued", "submitting"),
    ("queued", "cancelled"),
    ("queued", "failed"),
    ("submitting", "queued"),
    ("submitting", "running"),
    ("submitting", "failed"),
    ("submitting", "moderated"),
    ("submitting", "uncertain"),
    ("running", "archiving"),
    ("running", "failed"),
    ("running", "moderated"),
    ("running", "uncertain"),
    ("archiving", "succeeded"),
    ("archiving", "failed"),
    ("uncertain", "running"),
    ("uncertain", "archiving"),
    ("uncertain", "failed"),
    ("uncertain", "moderated"),
    ("failed", "archiving"),
}


@pytest.fixture
def generation(db, owner):
    team = Team.objects.create(slug="t", name="T")
    project = Project.objects.create(team=team, name="P", created_by=owner)
    account = ProviderAccount.objects.create(
        team=team, provider="pixverse", name="A", base_url="https://x.example", key="k",
        concurrency=1,
    )  # fmt: skip
    return Generation.objects.create(
        team=team, project=project, user=owner, account=account, form_token=uuid.uuid4(),
        brief_json={}, operation="text_to_video", model="v6", prompt="p", price={},
        price_micros=1,
    )  # fmt: skip


@pytest.mark.parametrize(("old", "new"), list(itertools.product(State, State)))
def test_every_move(generation, old, new):
    Generation.objects.filter(pk=generation.pk).update(state=old)
    if (old.value, new.value) in ALLOWED:
        assert Generation.objects.move(generation.pk, old, new)
        assert not Generation.objects.move(generation.pk, old, new), "the second one finds nothing"
    else:
        with pytest.raises(ValueError, match="never becomes"):
            Generation.objects.move(generation.pk, old, new)
        generation.refresh_from_db()
        assert generation.state == old


def test_final_states_have_no_way_out_but_to_fetch_again():
    assert {old for old in State if not MOVES[old]} == FINAL - {State.FAILED}
    assert MOVES[State.FAILED] == {State.ARCHIVING}
