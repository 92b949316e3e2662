"""Files that come with the form itself, without JavaScript: placed, refused, and nothing lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from generations.models import Generation, Upload
from tests.media.world import running
from tests.story import picture as png

from .filled import form_of

WORDS = "a kite with “quotes” & more"


@pytest.fixture(autouse=True)
def kept(media_dir):
    return media_dir


@pytest.fixture
def at(project):
    return lambda name: reverse(name, args=[project.team.slug, project.uuid])


@pytest.fixture
def typed(browser, at):
    """What a browser would post: the form for a picture, with words in it."""
    page = browser.get(f"{at('studio')}?operation=image_to_video&use=upload:x&as=image")
    values = form_of(page.content.decode()).values
    assert values["operation"] == "image_to_video"
    return values | {"prompt": WORDS, "takes": "2"}


def file(name="boat.png", body=None):
    return SimpleUploadedFile(name, png() if body is None else body, "image/png")


def said(answer):
    return " ".join(answer.content.decode().split())


def test_the_form_is_one_that_can_carry_files(browser, at):
    page = said(browser.get(f"{at('studio')}?operation=image_to_video&use=upload:x&as=image"))
    form = page[page.index('<form id="compose"') :]
    assert 'enctype="multipart/form-data"' in form[: form.index(">")]
    assert '<noscript><input type="file"' in form
    assert 'name="file_image" accept="image/' in form


def test_a_file_stands_in_its_slot_and_nothing_is_lost(browser, at, typed):
    answer = browser.post(at("quote"), typed | {"file_image": file()})
    row = Upload.objects.get()
    back = form_of(answer.content.decode()).values
    assert back["in_image_1"] == f"upload:{row.uuid}"
    assert (back["prompt"], back["takes"]) == (WORDS, "2")
    assert "file_image" not in back
    # The next press carries it along, and it is taken out as ever.
    again = form_of(browser.post(at("quote"), back).content.decode()).values
    assert again["in_image_1"] == back["in_image_1"]
    out = browser.post(at("quote"), back | {"remove": "image/1"})
    assert "in_image_1" not in form_of(out.content.decode()).values


def test_several_files_of_several_slots(browser, at, typed):
    values = typed | {"operation": "multi_transition", "mode": "between"}
    first = browser.post(at("quote"), values)
    values = form_of(first.content.decode()).values
    assert values["operation"] == "multi_transition"
    some = [file("a.png", png(colour="#111111")), file("b.png", png(colour="#222222"))]
    back = form_of(browser.post(at("quote"), values | {"file_frame": some}).content.decode()).values
    names = [Upload.objects.get(uuid=back[f"in_frame_{n}"][7:]).name for n in (1, 2)]
    assert names == ["a.png", "b.png"]


def test_a_bad_file_is_said_at_its_slot(browser, at, typed):
    answer = browser.post(at("quote"), typed | {"file_image": file("notes.png", b"hello")})
    assert "notes.png" in said(answer)
    assert form_of(answer.content.decode()).values["prompt"] == WORDS
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_passed_over_and_the_rest_is_read(browser, at, typed, settings):
    settings.UPLOAD_MAX_BYTES = settings.UPLOAD_MEDIA_MAX_BYTES = 300_000
    answer = browser.post(at("quote"), typed | {"file_image": file(body=b"x" * 700_000)})
    assert answer.status_code == 200
    assert "boat.png is too large: at most 0.3 MB are taken." in said(answer)
    assert form_of(answer.content.decode()).values["prompt"] == WORDS
    assert not Upload.objects.exists()
    # Far beyond what a form may be: not read at all.
    answer = browser.post(at("quote"), typed | {"file_image": file(body=b"x" * 4_000_000)})
    assert (answer.status_code, "one by one" in said(answer)) == (413, True)


def test_generate_with_a_file_shows_the_price_first(browser, at, typed):
    answer = browser.post(at("generate"), typed | {"file_image": file()})
    assert "boat.png was added. Look at the price, then press Generate again." in said(answer)
    assert not Generation.objects.exists()
    values = form_of(answer.content.decode()).values
    done = browser.post(at("generate"), values)
    assert done.status_code == 302
    assert Generation.objects.count() == 2
    refused = browser.post(at("generate"), typed | {"file_image": file("x.png", b"hello")})
    assert "x.png" in said(refused)
    assert Generation.objects.count() == 2


def test_an_address_is_fetched_and_stays_when_it_is_refused(browser, at, typed, settings):
    wrong = browser.post(at("quote"), typed | {"address_image": "http://example.org/a.png"})
    assert "Only https addresses are fetched." in said(wrong)
    assert form_of(wrong.content.decode()).values["address_image"] == "http://example.org/a.png"
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with running() as world:
        url = world.file("/kite.png", png())
        held = browser.post(
            at("quote"), typed | {"address_image": url}, headers={"HX-Request": "true"}
        )
        assert held.status_code == 200
        assert not world.seen, "with JavaScript the page asks for it by itself"
        back = browser.post(at("quote"), typed | {"address_image": url})
    values = form_of(back.content.decode()).values
    assert values["in_image_1"] == f"upload:{Upload.objects.get(name='kite.png').uuid}"
    assert values.get("address_image", "") == ""


def test_the_token_is_asked_for_and_who_may_not_is_not_read(at, typed, owner, viewer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    for name in ("quote", "generate"):
        assert strict.post(at(name), typed | {"file_image": file()}).status_code == 403
    looks = Client()
    looks.force_login(viewer)
    assert looks.post(at("quote"), typed | {"file_image": file()}).status_code == 403
    assert not Upload.objects.exists()
