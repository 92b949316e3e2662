"""The bell, the list behind it, and the choices."""

import re

import pytest

from accounts import notices
from accounts.models import Notice, NoticeChoice

AT = "/t/crew/notices/"
pytestmark = pytest.mark.django_db


def ring(home, role, key, url="/t/crew/projects/"):
    notices.tell([home.people[role]], home.team, "reviewed", key, f"Told {key}", url)
    return Notice.objects.get(user=home.people[role], key=key)


def page(client, path="", status=200):
    answer = client.get(AT + path)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_bell_counts_what_is_new_and_a_notice_leads_to_its_thing(home, visit):
    client, one = visit("viewer"), ring(home, "viewer", "a")
    ring(home, "viewer", "b")
    assert "<span data-number>2</span>" in page(client)
    assert "Told a" in page(client, "latest/")
    answer = client.get(f"{AT}{one.pk}/")
    assert answer.headers["Location"] == "/t/crew/projects/"
    assert notices.bell(home.people["viewer"], home.team).unread == 1
    assert "Told a" not in page(client, "?show=new")


def test_one_is_marked_as_read_and_then_all(home, visit):
    client, one = visit("viewer"), ring(home, "viewer", "a")
    ring(home, "viewer", "b")
    theirs = ring(home, "creator", "c")
    answer = client.post(f"{AT}read/", {"notice": one.pk, "back": f"{AT}?show=new"})
    assert answer.headers["Location"] == f"{AT}?show=new"
    assert notices.unread(home.people["viewer"], home.team).count() == 1
    answer = client.post(f"{AT}read/", {"back": "//evil.example/"})
    assert answer.headers["Location"] == AT
    client.post(f"{AT}read/", {"notice": theirs.pk})
    client.post(f"{AT}read/", {"notice": "x"})
    assert notices.unread(home.people["viewer"], home.team).count() == 0
    assert notices.unread(home.people["creator"], home.team).count() == 1


def test_a_notice_never_leads_away_from_here(home, visit):
    one = ring(home, "viewer", "a", "https://evil.example/")
    assert visit("viewer").get(f"{AT}{one.pk}/").headers["Location"] == AT


def test_news_are_only_what_the_page_does_not_know(home, visit):
    client, viewer = visit("viewer"), home.people["viewer"]
    assert client.get(f"{AT}news/?after=0&unread=0").status_code == 204
    one = ring(home, "viewer", "a")
    told = client.get(f"{AT}news/?after=0&unread=0").json()
    assert (told["unread"], told["newest"], told["sound"]) == (1, one.pk, False)
    assert told["items"] == [
        {"id": one.pk, "text": "Told a", "url": f"{AT}{one.pk}/", "browser": False}
    ]
    assert client.get(f"{AT}news/?after={one.pk}&unread=1").status_code == 204
    # Read in another tab: the number changes, and nothing is told anew.
    notices.read(viewer, home.team)
    told = client.get(f"{AT}news/?after={one.pk}&unread=1").json()
    assert (told["unread"], told["items"]) == (0, [])
    notices.choose(viewer, "reviewed", page=True, browser=True, mail=False)
    notices.switch(viewer, "sound", on=True)
    two = ring(home, "viewer", "b")
    told = client.get(f"{AT}news/?after={one.pk}&unread=0").json()
    assert told["sound"]
    assert [(row["id"], row["browser"]) for row in told["items"]] == [(two.pk, True)]


def test_the_list_goes_on_without_counting(home, visit, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("generations.views.notices.PAGE", 10)
    for number in range(25):
        ring(home, "viewer", f"n{number:02}")
    client, path, seen = visit("viewer"), "", []
    while path is not None:
        with django_assert_max_num_queries(14):
            text = page(client, path)
        seen += dict.fromkeys(re.findall(r"Told (n\d+)</span>", text))
        found = re.search(r'href="(\?before=\d+)"', text)
        path = found[1] if found else None
    assert seen == [f"n{number:02}" for number in reversed(range(25))]


def test_strange_addresses_are_no_trouble(home, visit):
    client = visit("viewer")
    for path in ("?before=x", "?before=99999999999999999999", "news/?after=x&unread=-1"):
        assert client.get(AT + path).status_code in (200, 204)
    assert client.get(f"{AT}{10**18}/").status_code == 404
    assert client.get(f"{AT}{10**30}/").status_code == 404


def test_choices_are_kept_for_this_person_alone(home, visit, settings):
    settings.SENDS_MAIL = False
    client, viewer = visit("viewer"), home.people["viewer"]
    text = page(client, "choices/")
    assert "No mail server is set up" in text
    assert 'name="single_keys" checked' in text
    client.post(f"{AT}choices/", {"finished-mail": "on", "sound": "on"})
    ways = {kind.name: mine for kind, mine in notices.choices(viewer)}
    assert (ways["finished"].page, ways["finished"].mail) == (False, True)
    assert notices.switches(viewer) == {"single_keys": False, "sound": True}
    assert not NoticeChoice.objects.exclude(user=viewer).exists()
    assert 'data-single-keys="off"' in page(client, "choices/")
    assert "data-single-keys" not in page(visit("creator"), "choices/")
    settings.SENDS_MAIL = True
    assert "No mail server" not in page(client, "choices/")


def test_every_kind_has_its_row(home, visit):
    text = page(visit("viewer"), "choices/")
    for kind in notices.KINDS.values():
        assert f'name="{kind.name}-page"' in text
        assert (f'name="{kind.name}-mail"' in text) == (not kind.own_mail)
