"""The dialogs: entries of a provider's list, their age and previews, and the project's files."""

from __future__ import annotations

import datetime as dt
import html
import json
import re

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django_q.models import OrmQ

from generations import demo, lists
from generations.media.previews import digest_of
from generations.models import Asset, Listing, ProviderAccount, State, Upload
from tests.media import makers
from tests.media.world import running
from tests.sandbox import media

HTMX = {"HX-Request": "true"}
IN_LIST = HTMX | {"HX-Target": "picker-list"}
IN_MORE = HTMX | {"HX-Target": "picker-more"}
# The queue is rung when a transaction ends, so there must be ends.
rings = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def told(answer, name: str) -> list[dict]:
    """What the choices tell the form."""
    found = re.findall(rf'data-{name}="([^"]*)"', answer.content.decode())
    return [json.loads(html.unescape(one)) for one in found]


def rung() -> int:
    return sum(row.func() == "generations.tasks.read_list" for row in OrmQ.objects.all())


@pytest.fixture(autouse=True)
def clean_cache(db):
    cache.clear()


@pytest.fixture
def shelf(account):
    """A list of an account as if it had been read."""

    def put(provider="pixverse", name="templates", *, rows=None, old=HOUR, **more):
        if rows is None:
            rows = [row(str(n), f"Effect {n}") for n in range(1, 4)]
        facts = {"entries": rows, "read_at": timezone.now() - old} | more
        return Listing.objects.create(account=account[provider], name=name, **facts)

    return put


def row(id, label, preview="", **facts):
    return {"id": id, "label": label, "preview": preview, "facts": facts}


# Lists


@rings
def test_the_first_look_asks_for_the_list_once(browser, at):
    answer = browser.get(at("lists", "templates"), headers=HTMX)
    assert "skeleton" in text(answer)
    assert 'hx-trigger="every 1s"' in text(answer)
    assert rung() == 1
    assert browser.get(at("lists", "templates"), headers=IN_LIST).status_code == 204
    browser.get(at("lists", "templates"), headers=HTMX)
    assert rung() == 1


@rings
def test_a_reading_that_was_lost_is_asked_for_again(browser, at, account):
    Listing.objects.create(
        account=account["pixverse"], name="templates", asked_at=timezone.now() - HOUR
    )
    assert browser.get(at("lists", "templates"), headers=IN_LIST).status_code == 204
    assert rung() == 1


def test_entries_are_cards_that_tell_the_form(browser, at, shelf):
    shelf(rows=[row("11", "Warm Hug", images="2", qualities="360p, 540p", seconds="5"),
                row("12", "Solo", images="1", qualities="360p, 540p, 720p, 1080p")])  # fmt: skip
    answer = browser.get(at("lists", "templates"), {"id": "12"}, headers=HTMX)
    assert told(answer, "set") == [
        {"template": "11", "at": "pixverse"},
        {"template": "12", "at": "pixverse"},
    ]
    for words in ("2 pictures", "up to 540p", "5 s", "1 picture", "Read 1 h ago", "2 in the list"):
        assert words in text(answer)
    assert "up to 1080p" not in text(answer)
    assert text(answer).count('aria-current="true"') == 2  # the account's tab, the chosen entry
    assert rung() == 0


def test_the_form_says_what_the_field_is_called(browser, at, shelf):
    shelf(name="voices", rows=[row("3", "Isabella")])
    assert told(browser.get(at("lists", "voices")), "set") == [{"voice": "3", "at": "pixverse"}]
    other = browser.get(at("lists", "voices"), {"field": "narrator"})
    assert told(other, "set") == [{"narrator": "3", "at": "pixverse"}]
    bad = browser.get(at("lists", "voices"), {"field": 'x":1'})
    assert told(bad, "set") == [{"voice": "3", "at": "pixverse"}]


def test_an_account_for_each_tab(browser, at, shelf, account):
    shelf("useapi", rows=[row("5", "Elsewhere")])
    shelf("pixverse", rows=[row("6", "Here")])
    answer = browser.get(at("lists", "templates"), {"at": "useapi"})
    assert "Elsewhere" in text(answer)
    assert text(answer).count('id="tab-') == 2
    tab = {"account": str(account["pixverse"].uuid)}
    assert "Here" in text(browser.get(at("lists", "templates"), tab))
    ProviderAccount.objects.filter(pk=account["useapi"].pk).update(enabled=False)
    answer = browser.get(at("lists", "templates"), {"at": "useapi"})
    assert "Here" in text(answer)
    assert 'id="tab-' not in text(answer)
    gone = {"account": str(account["useapi"].uuid)}
    assert browser.get(at("lists", "templates"), gone).status_code == 404


def test_a_search_looks_at_names_ids_and_words(browser, at, shelf):
    shelf(rows=[row("11", "Warm Hug", prompt="Two people"), row("12", "Solo"), row("77", "Clay")])
    for words, found in (("HUG warm", "Warm Hug"), ("77", "Clay"), ("people", "Warm Hug")):
        answer = browser.get(at("lists", "templates"), {"q": words}, headers=IN_LIST)
        assert len(told(answer, "set")) == 1
        assert found in text(answer)
        assert "1 of 3 found" in text(answer)
        assert "picker-title" not in text(answer)
    none = text(browser.get(at("lists", "templates"), {"q": "<zebra>"}, headers=IN_LIST))
    assert "Nothing is called “<zebra>”" in none
    assert "Show all 3" in none


def test_sixty_at_a_time(browser, at, shelf):
    shelf(rows=[row(str(n), f"Effect {n}") for n in range(130)])
    first = browser.get(at("lists", "templates"))
    assert len(told(first, "set")) == 60
    seen = [one["template"] for one in told(first, "set")]
    while url := re.search(r'id="picker-next" hx-get="([^"]+)"', first.content.decode()):
        first = browser.get(html.unescape(url[1]), headers=IN_MORE)
        assert 'hx-swap-oob="beforeend:#picker-choices"' in text(first)
        seen += [one["template"] for one in told(first, "set")]
    assert seen == [str(n) for n in range(130)]


@rings
def test_what_went_wrong_and_once_more(browser, at, account):
    words = "PixVerse could not be reached."
    Listing.objects.create(account=account["pixverse"], name="voices", trouble=words)
    answer = browser.get(at("lists", "voices"), headers=IN_LIST)
    assert words in text(answer)
    assert "Try again" in text(answer)
    assert rung() == 0
    again = browser.post(at("list_read", "voices"), headers=IN_LIST)
    assert "skeleton" in text(again)
    assert rung() == 1


@rings
def test_an_old_list_is_shown_while_it_is_read_again(browser, at, shelf):
    kept = shelf(old=dt.timedelta(days=2))
    answer = text(browser.get(at("lists", "templates"), headers=HTMX))
    assert "Effect 1" in answer
    assert "Read 2 d ago, now being read again" in answer
    assert rung() == 1
    assert browser.get(at("list_age", "templates")).status_code == 204
    Listing.objects.filter(pk=kept.pk).update(read_at=timezone.now(), asked_at=None)
    age = text(browser.get(at("list_age", "templates")))
    assert "Read just now" in age
    assert "Show the new list" in age
    assert "load, click" not in age


@rings
def test_refresh_reads_again_and_shows_it_by_itself(browser, at, shelf):
    kept = shelf()
    answer = text(browser.post(at("list_read", "templates"), headers=HTMX))
    assert "now being read again" in answer
    assert "Effect 1" not in answer
    assert "wanted=1" in answer
    browser.post(at("list_read", "templates"), headers=HTMX)
    assert rung() == 1
    Listing.objects.filter(pk=kept.pk).update(asked_at=None, trouble="It is down.")
    age = text(browser.get(at("list_age", "templates"), {"wanted": "1"}))
    assert "It is down. This list was read 1 h ago." in age
    assert "Show the new list" not in age
    Listing.objects.filter(pk=kept.pk).update(trouble="")
    assert "load, click" in text(browser.get(at("list_age", "templates"), {"wanted": "1"}))


def test_no_account_has_it(browser, signed_in, creator, at, project):
    project.team.provider_accounts.filter(provider__in=["pixverse", "useapi"]).update(enabled=False)
    mine = text(browser.get(at("lists", "templates")))
    assert "No account has this list" in mine
    assert "Add such an account" in mine
    theirs = text(signed_in(creator).get(at("lists", "templates")))
    assert "Ask an owner" in theirs
    assert browser.post(at("list_read", "templates")).status_code == 404


def test_only_lists_that_there_are(browser, at):
    for name in ("accounts", "secrets"):
        assert browser.get(at("lists", name)).status_code == 404


def test_another_teams_account_is_not_found(browser, at, django_user_model):
    stranger = django_user_model.objects.create_user("s@example.org", "pw")
    other = demo.make_sandbox_team(stranger, "Other").team.provider_accounts.first()
    asked = {"account": str(other.uuid)}
    for name in ("lists", "list_age", "list_preview"):
        assert browser.get(at(name, "voices"), asked).status_code == 404
    assert browser.post(f"{at('list_read', 'voices')}?account={other.uuid}").status_code == 404
    assert rung() == 0


def test_nothing_is_picked_for_an_archived_project(browser, at, project):
    project.archived_at = timezone.now()
    project.save()
    assert browser.get(at("lists", "voices")).status_code == 403
    assert browser.get(at("pick")).status_code == 403


# Previews


@pytest.fixture
def stranger():
    with running() as world:
        yield world


@pytest.fixture
def previews(browser, at, shelf, media_dir):
    """Asks for a part of the preview of an entry that names this address."""

    def ask(url, part="still", provider="pixverse", name="templates"):
        Listing.objects.all().delete()
        place = shelf(provider, name, rows=[row("1", "One", url)]).account
        asked = {"account": str(place.uuid), "id": "1", "part": part}
        return browser.get(at("list_preview", name), asked)

    return ask


def body(answer) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


def test_a_picture_is_fetched_once_and_made_small(previews, stranger, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    url = stranger.file("/a.gif", makers.animation("GIF"))
    answer = previews(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert media.picture(body(answer)) == ("WEBP", (64, 48))
    assert body(previews(url)) == body(previews(url))
    assert len(stranger.seen) == 1
    assert previews(url, "film").status_code == 404


def test_a_film_has_a_still_and_plays(previews, stranger, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    url = stranger.file("/a.mp4", media.clip())
    still, film = previews(url), previews(url, "film")
    assert media.picture(body(still))[0] == "WEBP"
    assert film.headers["Content-Type"] == "video/mp4"
    assert body(film) == media.clip()
    assert len(stranger.seen) == 1


def test_a_voice_is_heard(previews, stranger, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    url = stranger.file("/a.wav", media.speech())
    answer = previews(url, "sound", name="voices")
    assert answer.headers["Content-Type"] == "audio/wav"
    assert body(answer) == media.speech()
    assert previews(url, name="voices").status_code == 404


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/page.png", b"<!doctype html><script>alert(1)</script>"),
        ("/drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("/list.mp4", b"#EXTM3U\nhttp://127.0.0.1/secret"),
        ("/cut.png", makers.picture("PNG")[:60]),
        ("/large.png", b"\x89PNG\r\n\x1a\n" + bytes(9_000_000)),
    ],
)
def test_what_is_no_preview_is_not_kept_nor_asked_for_again(
    previews, stranger, settings, path, content
):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    url = stranger.file(path, content)
    for part in ("still", "film", "sound"):
        assert previews(url, part).status_code == 404
    assert len(stranger.seen) == 1
    assert not default_storage.exists("previews")


def test_a_private_host_is_never_dialled(previews, stranger):
    """The account is in the sandbox, the address is not: guarded like any stranger's."""
    url = stranger.file("/a.png", makers.picture())
    assert previews(url).status_code == 404
    assert previews("http://169.254.169.254/latest/meta-data/").status_code == 404
    assert previews("file:///etc/passwd").status_code == 404
    assert stranger.seen == []


def test_the_sandbox_itself_may_be_private(previews, stranger, settings, account):
    settings.SANDBOX_URL = stranger.url("")
    rows = ProviderAccount.objects.filter(pk=account["pixverse"].pk)
    rows.update(base_url=stranger.url("/pixverse"))
    account["pixverse"].refresh_from_db()
    assert previews(stranger.file("/a.png", makers.picture())).status_code == 200


def test_a_dead_link_is_not_tried_again_for_a_while(previews, stranger, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    url = stranger.file("/a.png", b"gone", status=404)
    assert previews(url).status_code == 404
    assert previews(url).status_code == 404
    assert len(stranger.seen) == 1
    cache.delete(f"preview-gone:{digest_of(url)}")
    stranger.file("/a.png", makers.picture())
    assert previews(url).status_code == 200


def test_only_addresses_of_the_list_are_fetched(browser, at, previews, stranger, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    url = stranger.file("/a.png", makers.picture())
    previews("")
    for asked in ({"id": "1"}, {"id": "2"}, {"id": url}, {"id": "1", "part": "../still"}):
        assert browser.get(at("list_preview", "templates"), asked).status_code == 404
    assert stranger.seen == []


def test_cards_load_nothing_from_strangers(browser, at, shelf):
    link = "https://media.provider.example/preview"
    shelf(rows=[row("1", "A", f"{link}.mp4?x=1"), row("2", "B", f"{link}.webp"), row("3", "C")])
    shelf(name="voices", rows=[row("1", "A", f"{link}.mp3"), row("2", "B")])
    answer = browser.get(at("lists", "templates")).content.decode()
    assert "provider.example" not in answer
    assert answer.count("<img") == 2
    assert answer.count("data-preview=") == 1
    voices = browser.get(at("lists", "voices")).content.decode()
    assert "provider.example" not in voices
    assert voices.count("data-sound=") == 1


# Files of the project


@pytest.fixture
def clip(make):
    """A finished generation with a file of this kind."""

    def made(prompt="a paper boat", kind="video", **more):
        one = make(prompt, state=State.SUCCEEDED)
        name = default_storage.save(f"x/{one.uuid}", ContentFile(b"x"))
        Asset.objects.create(
            generation=one,
            file=name,
            poster=name,
            preview=name if kind == "video" else "",
            kind=kind,
            mime="video/mp4" if kind == "video" else "image/png",
            digest="0" * 64,
            size=1,
            duration_ms=5000 if kind == "video" else 0,
            width=1280,
            height=720,
            **more,
        )
        return one

    return made


def test_results_of_the_kind_that_is_wanted(browser, at, clip, make, media_dir):
    film, picture = clip("a film"), clip("a picture", "image")
    make("still running")
    asked = {"kind": "video", "role": "source", "n": "1"}
    answer = browser.get(at("pick"), asked, headers=HTMX)
    put = {"value": f"clip:{film.uuid}", "kind": "video", "role": "source", "n": 1}
    assert told(answer, "put") == [put]
    for words in ("Pick a video", "a film", "1280 × 720", "0:05", "data-preview="):
        assert words in text(answer)
    answer = browser.get(at("pick"), {"kind": "image", "n": "x"}, headers=HTMX)
    assert told(answer, "put") == [{"value": f"clip:{picture.uuid}", "kind": "image"}]


def test_uploads_of_the_kind_that_is_wanted(browser, at, picture, project, owner):
    sound = Upload.objects.create(
        project=project, user=owner, name="voice.mp3", file="u/v.mp3", digest="e" * 64,
        kind="audio", mime="audio/mpeg", ms=83_000, size=10, width=0, height=0,
    )  # fmt: skip
    answer = browser.get(at("pick"), {"kind": "image", "tab": "uploads"}, headers=HTMX)
    assert told(answer, "put") == [{"value": f"upload:{picture.uuid}", "kind": "image"}]
    assert "boat.png" in text(answer)
    answer = browser.get(at("pick"), {"kind": "audio", "role": "voice_track"}, headers=HTMX)
    assert told(answer, "put") == [
        {"value": f"upload:{sound.uuid}", "kind": "audio", "role": "voice_track"}
    ]
    assert "1:23" in text(answer)
    assert at("upload_file", sound.uuid) in text(answer)
    assert "Results" not in text(answer)


def test_it_opens_where_something_is(browser, at, picture, clip):
    asked = {"kind": "image"}
    assert "boat.png" in text(browser.get(at("pick"), asked, headers=HTMX))
    # Whoever asks for the results gets them, be there none.
    assert "boat.png" not in text(browser.get(at("pick"), asked | {"tab": "results"}))
    clip("a picture", "image")
    assert "boat.png" not in text(browser.get(at("pick"), asked, headers=HTMX))


def test_files_are_searched_and_come_page_by_page(browser, at, project, owner):
    for number in range(30):
        Upload.objects.create(
            project=project, user=owner, name=f"shot {number}.png", file=f"u/{number}.png",
            digest=f"{number:064d}", mime="image/png", size=10, width=640, height=360,
        )  # fmt: skip
    asked = {"kind": "image", "tab": "uploads"}
    first = browser.get(at("pick"), asked, headers=HTMX)
    assert len(told(first, "put")) == 24
    url = re.search(r'id="picker-next" hx-get="([^"]+)"', first.content.decode())[1]
    rest = browser.get(html.unescape(url), headers=IN_MORE)
    assert len(told(rest, "put")) == 6
    assert "picker-next" not in text(rest)
    values = [one["value"] for one in told(first, "put") + told(rest, "put")]
    assert len(set(values)) == 30
    found = browser.get(at("pick"), asked | {"q": "SHOT 29"}, headers=IN_LIST)
    assert len(told(found, "put")) == 1
    assert "picker-title" not in text(found)
    none = browser.get(at("pick"), asked | {"q": "zebra"}, headers=IN_LIST)
    assert "Nothing matches “zebra”" in text(none)


def test_where_nothing_is_the_next_step_is_said(browser, at):
    assert "Look at the uploads" in text(browser.get(at("pick"), {"kind": "video"}))
    uploads = text(browser.get(at("pick"), {"kind": "video", "tab": "uploads"}))
    assert "No video was uploaded yet" in uploads
    assert "No sound was uploaded yet" in text(browser.get(at("pick"), {"kind": "audio"}))


def test_another_projects_files_are_not_there(browser, at, clip, picture, project, owner):
    clip()
    second = project.team.projects.create(name="Ad", created_by=owner)
    from django.urls import reverse

    for asked in ({"kind": "video"}, {"kind": "image", "tab": "uploads"}):
        answer = browser.get(reverse("pick", args=[project.team.slug, second.uuid]), asked)
        assert told(answer, "put") == []


def test_pages_have_few_questions(browser, at, clip, shelf, django_assert_max_num_queries):
    for number in range(6):
        clip(f"film {number}")
    shelf(rows=[row(str(n), f"Effect {n}") for n in range(60)])
    with django_assert_max_num_queries(10):
        browser.get(at("pick"), {"kind": "video"}, headers=HTMX)
    with django_assert_max_num_queries(10):
        browser.get(at("lists", "templates"), headers=HTMX)
    assert lists.FRESH > HOUR
