"""A clip made at one provider goes on at another, and at its own; through the sandbox."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from accounts import ledger
from generations import lifecycle, offers
from generations.catalogue.loader import providers
from generations.catalogue.types import Brief, Input
from generations.lifecycle.saving import _other_length
from generations.media import uploads
from generations.models import Handle, State, Upload
from tests.briefs import defaults
from tests.story import picture

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = {"quality": "360p", "duration": 1, "audio": False, "aspect_ratio": "16:9"}


def input_of(generation, role: str) -> Input:
    asset = generation.asset
    return Input(
        role, "", asset.mime, asset.size, asset.width, asset.height, asset.kind,
        asset.duration_ms, clip=str(generation.uuid), account=str(generation.account.uuid),
    )  # fmt: skip


def asked(story, provider: str, operation: str, *inputs: Input, model: str = "", **options):
    """Ask for it there; the cheapest model that is offered unless one is named."""
    account = story.account(provider)
    found = [one for one in providers()[provider].offerings if one.operation == operation]
    offering = next(one for one in found if model in ("", one.model))
    chosen = defaults(offering) | {
        name: value
        for name, value in (SHORT | options).items()
        if name in offering.options and not offering.options[name].problem(value)
    }
    prompt = "" if offering.prompt == "none" else f"a boat {uuid.uuid4().hex[:6]}"
    brief = Brief(operation, offering.model, prompt, chosen, inputs)
    offer = offers.quote(story.project, brief).of(str(account.uuid))
    assert offer.can, [problem.text for problem in offer.problems]
    (made,) = lifecycle.request(
        project=story.project,
        user=story.user,
        brief=brief,
        account=account,
        form_token=uuid.uuid4(),
        seen_micros=offer.price.micros,
    )
    return made


@pytest.fixture
def first(story):
    """A clip that PixVerse made."""
    made = story.work(asked(story, "pixverse", "text_to_video", model="v6", quality="540p"))
    assert made.state == State.SUCCEEDED, made.said
    return made


@pytest.mark.parametrize(
    ("provider", "operation"),
    [
        ("pixverse", "extend"),
        ("pixverse", "sound_effect"),
        ("worldrouter", "extend"),
        ("useapi", "extend"),
        ("useapi", "modify"),
    ],
)
def test_a_clip_is_continued(story, first, provider, operation):
    more = {"sound": "waves"} if operation == "sound_effect" else {}
    second = story.work(asked(story, provider, operation, input_of(first, "source"), **more))
    assert second.state == State.SUCCEEDED, (second.cause, second.said)
    assert second.asset.kind == "video"
    copies = Upload.objects.filter(clip=first)
    if provider == "pixverse":
        assert not copies.exists(), "its own clip needs no upload"
        return
    copy = copies.get()
    assert (copy.kind, copy.mime, copy.codec) == ("video", "video/mp4", "h264")
    assert (copy.digest, copy.ms) == (first.asset.digest, first.asset.duration_ms)
    assert copy.thumb
    row = Handle.objects.get(upload=copy)
    assert row.account.provider == provider
    again = story.work(asked(story, provider, operation, input_of(first, "source"), **more))
    assert again.state == State.SUCCEEDED, again.said
    assert Handle.objects.count() == 1, "handed over once"


def test_its_own_clip_is_a_file_where_no_id_is_taken(story):
    """useapi.net copies motion from files only, also of a clip that it made itself."""
    first = story.work(asked(story, "useapi", "text_to_video", model="v6", quality="540p"))
    hero = uploads.store(story.project, story.user, "hero.png", picture(640, 640))
    inputs = (hero.as_input("image"), input_of(first, "motion"))
    second = story.work(asked(story, "useapi", "motion_control", *inputs))
    assert second.state == State.SUCCEEDED, (second.cause, second.said)
    assert Upload.objects.get(clip=first).handles.get().form == "path"


def test_a_clip_that_is_lost_is_told(story, first):
    first.asset.file.storage.delete(first.asset.file.name)
    second = story.work(asked(story, "worldrouter", "extend", input_of(first, "source")))
    assert second.state == State.FAILED
    assert "not in our keeping" in second.said
    assert second.charged_micros == 0


def test_the_same_clip_is_the_same_file(story, first):
    one = uploads.from_clip(first, story.user)
    assert uploads.from_clip(first, story.user) == one
    assert one.clip == first
    assert uploads.read(one) == first.asset.file.open().read()
    known = uploads.store(story.project, story.user, "mine.mp4", uploads.read(one))
    assert known == one


@pytest.mark.parametrize(
    ("operation", "images"), [("image", 0), ("image", 1), ("image_template", 1)]
)
def test_a_picture_is_made_and_goes_into_a_clip(story, client, operation, images):
    hero = uploads.store(story.project, story.user, "hero.png", picture(640, 640))
    inputs = [hero.as_input("image")] * images
    more = {"template": _template(story)} if operation == "image_template" else {}
    made = story.work(asked(story, "useapi", operation, *inputs, **more))
    assert made.state == State.SUCCEEDED, (made.cause, made.said)
    asset = made.asset
    assert (asset.kind, asset.duration_ms, asset.preview.name) == ("image", 0, "")
    assert asset.mime.startswith("image/")
    assert asset.poster
    assert not made.events.filter(kind="other_length").exists()
    assert "The picture is saved" in made.events.last().text
    assert made.charged_micros == made.price_micros
    assert ledger.check() == []

    client.force_login(story.user)
    place = [story.project.team.slug, story.project.uuid, made.uuid]
    answer = client.get(reverse("clip_download", args=place))
    ending = asset.mime.partition("/")[2].replace("jpeg", "jpg")
    assert answer.headers["Content-Disposition"].endswith(f'{made.uuid.hex[:8]}.{ending}"')
    assert answer.getvalue() == asset.file.open().read()

    clip = story.work(
        asked(story, "pixverse", "image_to_video", input_of(made, "image"), model="v6")
    )
    assert clip.state == State.SUCCEEDED, (clip.cause, clip.said)
    copy = Upload.objects.get(clip=made)
    assert (copy.kind, copy.mime) == ("image", asset.mime)
    assert copy.thumb
    assert not clip.events.filter(kind="other_length").exists()


def test_an_extension_has_no_false_note(story, first):
    second = story.work(asked(story, "pixverse", "extend", input_of(first, "source")))
    assert second.state == State.SUCCEEDED, second.said
    assert not second.events.filter(kind="other_length").exists(), second.asset.duration_ms


@pytest.mark.parametrize(
    ("operation", "ms", "noted"),
    [
        ("text_to_video", 5000, ""),
        ("text_to_video", 4200, "5 s"),
        ("extend", 5000, ""),
        ("extend", 8000, ""),
        ("extend", 3000, "5 s"),
        ("template", 9000, ""),
        ("upscale", 9000, ""),
        ("image", 0, ""),
    ],
)
def test_when_another_length_is_told(operation, ms, noted):
    source = Input("source", "u", "video/mp4", 9, 640, 360, "video", 3000)
    brief = Brief(operation, "v6", "x", {"duration": 5}, (source,))
    assert _other_length(brief, ms) == noted


def _template(story) -> int:
    """The first picture template of the account's list."""
    with_list = lifecycle.client_of(story.account("useapi"))
    return int(with_list.listing("image_templates")[0].id)
