"""Each provider x each operation through the sandbox, seen from three sides."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import ledger
from generations.models import State
from tests.story import OPERATIONS, PROVIDERS

pytestmark = pytest.mark.django_db(transaction=True)


def page(client, story, generation) -> str:
    client.force_login(story.user)
    address = reverse("generation", args=[story.project.team.slug, story.project.uuid,
                                          generation.uuid])  # fmt: skip
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_brief_becomes_an_archived_and_accounted_clip(client, story, provider, operation):
    generation = story.work(story.ask(provider, operation))

    assert generation.state == State.SUCCEEDED, (generation.cause, generation.said)
    asset = generation.asset
    assert len(asset.digest) == 64
    assert asset.poster and asset.preview
    assert abs(asset.duration_ms - 1000 * generation.brief_json["options"]["duration"]) < 150
    assert not asset.has_audio

    [job] = story.jobs(generation)
    assert job["state"] == "done" or job["state"] == "succeeded", job
    assert generation.attempts.get().remote_id == job["remote_id"]
    assert (asset.width, asset.height) == (job["width"], job["height"])

    money = story.money(generation)
    assert money["hold"] == generation.price_micros
    assert money["settle"] == generation.charged_micros == generation.price_micros
    assert ledger.check() == []
    standing = ledger.standing(story.project.team, play=True)
    assert (standing.held_micros, standing.spent_micros) == (0, generation.price_micros)

    seen = page(client, story, generation)
    assert "<video" in seen
    assert generation.prompt in seen
