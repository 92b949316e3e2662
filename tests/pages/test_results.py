"""Finished results: pictures beside clips, what they are called, and what they can go into."""

import uuid

import pytest

from generations import feed
from generations.models import Asset, Generation, State, Upload
from generations.titles import title

VIDEO = {"mime": "video/mp4", "duration_ms": 5000, "preview": "p.mp4", "file": "a.mp4"}
PICTURE = {"kind": "image", "mime": "image/png", "duration_ms": 0, "file": "a.png"}
CLIP_USES = {
    "extend": "source",
    "lip_sync": "source",
    "sound_effect": "source",
    "modify": "source",
    "restyle": "source",
    "upscale": "source",
    "motion_control": "motion",
}
PICTURE_USES = {"image_to_video": "image", "fusion": "reference", "image": "image"}


def text(answer):
    return answer.content.decode()


def keep(one, **fields):
    facts = {"poster": "a.webp", "digest": "f" * 64, "size": 9_400, "width": 1280, "height": 720}
    Asset.objects.create(generation=one, **facts, **fields)
    return one


def card_of(answer, one):
    return text(answer).split(f'id="g-{one.uuid}"')[1].split("</article>")[0]


def link(at, one, role, operation):
    return f"{at('studio')}?use=clip:{one.uuid}&amp;as={role}&amp;operation={operation}"


@pytest.fixture
def done(make):
    return lambda *args, **fields: make(
        *args, state=State.SUCCEEDED, charged_micros=1, due_at=None, **fields
    )


@pytest.fixture
def film(done):
    return keep(done("a kite"), **VIDEO)


@pytest.fixture
def painting(done):
    return keep(done("a mill", operation="image"), **PICTURE)


def file(name, project, owner, **fields):
    key = uuid.uuid4()
    facts = {"digest": key.hex * 2, "mime": "image/png", "size": 1000, "width": 64, "height": 48}
    return Upload.objects.create(
        uuid=key, project=project, user=owner, name=name, file="u", **{**facts, **fields}
    )


def asked(one, operation, *inputs, prompt="", model="pixverse", **options):
    """The generation as if this had been asked for."""
    brief = {"operation": operation, "model": model, "prompt": prompt, "options": options}
    brief["inputs"] = [
        {"upload": "", "mime": "video/mp4", "size": 9, "width": 640, "height": 360} | given
        for given in inputs
    ]
    Generation.objects.filter(pk=one.pk).update(
        operation=operation, model=model, prompt=prompt, brief_json=brief
    )
    return Generation.objects.get(pk=one.pk)


def test_a_clip_can_go_on(browser, at, film):
    for answer in (browser.get(at("studio")), browser.get(at("generation", film.uuid))):
        page = text(answer)
        for operation, role in CLIP_USES.items():
            assert link(at, film, role, operation) in page, operation
        assert f"{at('take_frame', film.uuid)}?at=last" in page
        assert link(at, film, "image", "image") not in page


def test_a_picture_can_go_on(browser, at, painting):
    card = card_of(browser.get(at("studio")), painting)
    for operation, role in PICTURE_USES.items():
        assert link(at, painting, role, operation) in card
    assert "take_frame" not in card
    assert "operation=extend" not in card


def test_only_what_an_enabled_account_offers(browser, at, film, painting, project):
    accounts = project.team.provider_accounts
    accounts.exclude(provider="useapi").update(enabled=False)
    card = card_of(browser.get(at("studio")), film)
    assert "operation=extend" in card
    assert "operation=sound_effect" not in card
    assert "operation=upscale" not in card, "useapi.net makes only its own clips larger"
    film.account = accounts.get(provider="useapi")
    film.save()
    assert "operation=upscale" in card_of(browser.get(at("studio")), film)
    accounts.update(enabled=False)
    assert 'class="menu uses"' not in text(browser.get(at("studio")))


def test_no_ways_on_for_who_may_only_look_or_what_is_not_done(
    browser, signed_in, viewer, at, film, make
):
    assert "operation=extend" not in text(signed_in(viewer).get(at("studio")))
    failed = make(state=State.FAILED, cause="failed", charged_micros=0)
    assert 'class="menu uses"' not in card_of(browser.get(at("studio")), failed)


def test_a_finished_card_holds_nothing_of_one_person(browser, at, film, painting):
    """It is drawn once for all who look (views/live.py), so no token may stand in it."""
    answer = browser.get(at("studio"))
    for one in (film, painting):
        assert "csrf" not in card_of(answer, one)


def test_a_picture_on_its_card_and_page(browser, at, painting):
    card = card_of(browser.get(at("studio")), painting)
    assert f'<img src="{at("clip_poster", painting.uuid)}"' in card
    assert "data-preview" not in card
    assert "1280 × 720" in card
    assert "0:00<" not in card
    page = text(browser.get(at("generation", painting.uuid)))
    assert f'<img src="{at("clip", painting.uuid)}" alt="a mill"' in page
    assert "<video" not in page
    assert "9.4 kB" in page
    assert "<dt>Length</dt>" not in page
    Asset.objects.update(poster="")
    card = card_of(browser.get(at("studio")), painting)
    assert f'<img src="{at("clip", painting.uuid)}"' in card


def test_what_has_no_prompt_is_called_by_what_went_in(browser, at, film, done, project, owner):
    voice = file("voice.wav", project, owner, kind="audio", mime="audio/wav", ms=3000)
    larger = asked(done(), "upscale", {"role": "source", "clip": str(film.uuid)})
    said = asked(
        done(),
        "lip_sync",
        {"role": "source", "clip": str(larger.uuid)},
        {"role": "voice_track", "upload": str(voice.uuid), "kind": "audio", "ms": 3000},
        speech="Welcome aboard.",
    )
    lost = asked(done(), "avatar", {"role": "image", "upload": str(uuid.uuid4())})
    page = text(browser.get(at("studio")))
    for words in (
        "Upscale of “a kite”",
        "Lip sync of an earlier upscale: Welcome aboard.",
        "Talking picture of a file",
    ):
        assert f'<p class="said">{words}</p>' in page
    assert title(said) == "Lip sync of an earlier upscale: Welcome aboard."
    detail = text(browser.get(at("generation", larger.uuid)))
    assert "<title>Upscale of “a kite”" in detail
    assert 'id="h-prompt"' not in detail
    assert lost.prompt == ""


def test_what_was_asked(browser, at, film, done, project, owner):
    boat = file("boat.png", project, owner, thumb="t")
    voice = file("voice.wav", project, owner, kind="audio", mime="audio/wav", width=0, height=0)
    one = asked(
        done(),
        "fusion",
        {"role": "reference", "upload": str(boat.uuid), "name": "boat", "type": "subject"},
        {"role": "video_reference", "clip": str(film.uuid), "kind": "video", "ms": 5000},
        {"role": "audio_reference", "upload": str(voice.uuid), "kind": "audio", "ms": 2500,
         "width": 0, "height": 0},
        prompt="@boat sails",
        model="v6",
        quality="720p",
        keep_sound=True,
        seconds_1=3,
    )  # fmt: skip
    page = text(browser.get(at("generation", one.uuid)))
    panel = page.split('id="h-parameters"')[1].split("</section>")[0]
    for words in (
        "Combine references",
        "boat.png",
        "@boat · subject",
        f'href="{at("upload_file", boat.uuid)}"',
        f'src="{at("upload_file", boat.uuid)}?thumb=1"',
        f'href="{at("generation", film.uuid)}"',
        "an earlier result · 640 × 360 · 5.0 s",
        "voice.wav",
        "2.5 s",
        "720p",
        "3 s",
        "On",
    ):
        assert words in panel, words
    assert f'src="{at("upload_file", voice.uuid)}?thumb=1"' not in panel
    assert 'id="h-prompt"' in page


def test_many_frames_are_numbered(browser, at, done, project, owner):
    frames = [file(f"{at_}.png", project, owner) for at_ in range(3)]
    given = [{"role": "frame", "upload": str(one.uuid)} for one in frames]
    page = text(browser.get(at("generation", asked(done(), "multi_transition", *given).uuid)))
    assert [f"<b>Frame {number}</b>" in page for number in (1, 2, 3)] == [True] * 3


def test_many_cards_ask_as_few_queries_as_one(
    done, film, project, owner, django_assert_num_queries
):
    assert project.team.pk  # a request has read it
    viewer = feed.Viewer(owner.pk, may_create=True, may_resolve=True, sees_money=True)

    def drawn():
        return feed.cards(list(feed.rows(project, owner.pk, "everything")), project, viewer)

    with django_assert_num_queries(3):  # the cards, the team's accounts, open comments
        drawn()
    for _ in range(4):
        keep(asked(done(), "upscale", {"role": "source", "clip": str(film.uuid)}), **VIDEO)
    assert project.team.pk
    with django_assert_num_queries(4):  # and the names of what went in
        cards = drawn()
    assert cards[0].title == "Upscale of “a kite”"
