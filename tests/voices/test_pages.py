"""The page and the dialog of one's own voices: asked for, shown as they stand, and whose."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from generations import lifecycle, lists
from generations.models import Found, ProjectMembership, Upload, Voice
from generations.projects import make_project
from tests.pages.conftest import *  # noqa: F403 - the same people and their project
from tests.pages.conftest import join
from tests.sandbox.media import speech
from tests.story import picture as png


@pytest.fixture(autouse=True)
def kept(media_dir):
    return media_dir


@pytest.fixture
def at(project):
    def address(name="voices", voice=None, **query):
        args = [project.team.slug, project.uuid, *([voice.uuid] if voice else [])]
        tail = "&".join(f"{key}={text}" for key, text in query.items())
        return reverse(name, args=args) + (f"?{tail}" if tail else "")

    return address


@pytest.fixture
def make(project, owner, account, files):
    def voice(name="Narrator", **fields):
        sound = files.upload("audio")
        given = {"project": project, "account": account["pixverse"], "user": owner} | fields
        return Voice.objects.create(
            name=name,
            upload=Upload.objects.get(uuid=sound.partition(":")[2]),
            form_token=uuid.uuid4(),
            **given,
        )

    return voice


def wav(name="me.wav", body=None):
    return SimpleUploadedFile(name, speech() if body is None else body, "audio/wav")


def said(answer):
    return " ".join(answer.content.decode().split())


def typed(accounts, **more):
    token = str(uuid.uuid4())
    return {"name": "Narrator", "account": accounts["pixverse"].uuid, "form_token": token} | more


def test_made_with_a_file_of_its_own(browser, at, account):
    page = said(browser.get(at()))
    assert "Make a voice of your own" in page
    assert "MP3, WAV, M4A or AAC, up to 30 s and 50 MB" in page
    answer = browser.post(at(), typed(account, file_sound=wav()), follow=True)
    voice = Voice.objects.select_related("upload").get()
    assert (voice.name, voice.upload.name, voice.state) == ("Narrator", "me.wav", Found.QUEUED)
    assert "“Narrator” is on its way." in said(answer)
    assert "Waiting" in said(answer)
    again = browser.get(at())
    assert f'value="{voice.upload.uuid}"' in again.content.decode(), "a sound to choose from"


def test_what_is_wrong_is_said_and_what_was_given_stays(browser, at, account, files):
    def post(**more):
        return said(browser.post(at(), typed(account, **more)))

    assert "Choose a sound of the project, or a file" in post()
    page = post(name=" ", file_sound=wav())
    assert "Give the voice a name" in page
    row = Upload.objects.get(name="me.wav")
    assert f'<option value="{row.uuid}" selected>' in page, "the file is kept and chosen"
    page = post(name="Old sailor", file_sound=wav("x.wav", b"hello"))
    assert "x.wav" in page
    assert 'value="Old sailor"' in page
    page = post(file_sound=SimpleUploadedFile("boat.png", png(), "image/png"))
    assert "choose a recording, not a picture" in page
    page = post(account=account["useapi"].uuid, upload=row.uuid)
    assert "Select a valid choice" in page
    assert "Select a valid choice" in post(upload=uuid.uuid4())
    assert not Voice.objects.exists()
    assert browser.post(at(), typed(account, upload=row.uuid)).status_code == 302
    assert "has a voice called “Narrator” already" in post(upload=row.uuid)
    assert Voice.objects.count() == 1


def test_a_double_click_is_one_voice(browser, at, account):
    form = typed(account, file_sound=wav())
    browser.post(at(), form)
    browser.post(at(), form | {"file_sound": wav()})
    assert Voice.objects.count() == 1


def test_the_dialog_leads_there_and_the_voice_is_chosen_there(browser, at, make, project, account):
    here = reverse("lists", args=[project.team.slug, project.uuid, "voices"])
    page = browser.get(f"{here}?field=voice&id=7", headers={"HX-Request": "true"})
    assert "Make a voice of your own" in page.content.decode()
    other = reverse("lists", args=[project.team.slug, project.uuid, "restyles"])
    assert "Make a voice" not in browser.get(other).content.decode()
    make(state=Found.DONE, remote_id="500001")
    dialog = browser.get(at(**{"in": "dialog", "field": "voice"}), headers={"HX-Request": "true"})
    text = said(dialog)
    assert "<html" not in text
    assert "{&quot;voice&quot;: &quot;500001&quot;, &quot;at&quot;: &quot;pixverse&quot;}" in text
    assert 'hx-encoding="multipart/form-data"' in text
    page = said(browser.get(at()))
    assert "<html" in page
    assert "Speak with it" not in page
    account["pixverse"].enabled = False
    account["pixverse"].save()
    assert "No account makes voices" in said(browser.get(at()))


def test_news_come_while_something_is_to_come(browser, at, make):
    voice = make()
    page = said(browser.get(at()))
    assert "every 2s" in page
    known = page.partition("known=")[2][:8]
    htmx = {"HX-Request": "true"}
    assert browser.get(at(known=known), headers=htmx).status_code == 204
    Voice.objects.update(state=Found.UNCERTAIN, lease_until=timezone.now())
    news = browser.get(at(known=known), headers=htmx)
    assert "Being looked up" in said(news)
    assert "every 2s" in said(news)
    Voice.objects.update(lease_until=None)
    page = said(browser.get(at()))
    assert "Outcome unknown" in page
    assert "It was never made" in page
    assert "every 2s" not in page, "a finished page asks nothing"
    answer = browser.post(
        at("voice_resolve", voice), {"verdict": "made", "speaker": ""}, follow=True
    )
    assert "Give the id" in said(answer)
    browser.post(at("voice_resolve", voice), {"verdict": "made", "speaker": "77"})
    voice.refresh_from_db()
    assert (voice.state, voice.remote_id) == (Found.DONE, "77")


def test_whose_it_is(browser, signed_in, creator, project, at, make, owner, monkeypatch):
    voice = make(state=Found.DONE, remote_id="500001")
    theirs = signed_in(creator)
    page = said(theirs.get(at()))
    assert "Narrator" in page
    assert "Withdraw" not in page
    for name in ("voice_withdraw", "voice_cancel", "voice_resolve"):
        assert theirs.post(at(name, voice)).status_code == 403
    ProjectMembership.objects.filter(user=creator).update(role="producer")
    asked = []
    monkeypatch.setattr(lifecycle, "withdraw_voice", lambda *told: asked.append(told))
    done = theirs.post(at("voice_withdraw", voice), follow=True)
    assert "is withdrawn" in said(done)
    assert [one[0].pk for one in asked] == [voice.pk]
    answer = browser.post(at("voice_cancel", voice), follow=True)
    assert "cannot be taken back" in said(answer)
    strange = browser.post(at("voice_withdraw", Voice(uuid=uuid.uuid4())))
    assert strange.status_code == 404


def test_another_projects_voices_are_not_there(browser, at, make, owner, project):
    other = make_project(owner, project.team, "Other")
    voice = make("Secret", project=other, state=Found.DONE, remote_id="1")
    assert "Secret" not in said(browser.get(at()))
    assert browser.post(at("voice_withdraw", voice)).status_code == 404


def test_pages_have_few_questions(browser, at, make, django_assert_max_num_queries, project):
    for number in range(12):
        make(f"Voice {number}", state=Found.DONE, user=join(project, f"u{number}", "creator"))
    browser.get(at())
    with django_assert_max_num_queries(14):
        browser.get(at())
    assert lists.makes_voices("pixverse")
