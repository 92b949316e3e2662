"""Files by their address: fetched behind the guard, checked as uploads, refused in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from generations.media.addresses import bring
from generations.media.errors import BadFile
from generations.models import Upload
from generations.providers import guard

from . import makers
from .world import World, running


@pytest.fixture
def world(settings: Any) -> Iterator[World]:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with running() as one:
        yield one


def refusal(place: Any, address: str) -> str:
    with pytest.raises(BadFile) as bad:
        bring(place.project, place.owner, address)
    assert not Upload.objects.exists()
    return bad.value.text


def test_a_picture_a_film_and_the_same_again(place: Any, world: World, film: Path) -> None:
    png = makers.picture()
    row = bring(place.project, place.owner, f" {world.file('/a/old%20boat.png', png)}?sig=secret ")
    assert (row.kind, row.name, row.size) == ("image", "old boat.png", len(png))
    assert row.thumb
    clip = bring(place.project, place.owner, world.file("/film", film.read_bytes()))
    assert (clip.kind, clip.mime, clip.width) == ("video", "video/mp4", 320)
    again = bring(place.project, place.owner, world.file("/b.png", png))
    assert again == row
    # What it is, its content says: a lie of the server changes nothing.
    lie = world.file("/c.png", makers.picture("JPEG"), Content_Type="text/html")
    assert bring(place.project, place.owner, lie).mime == "image/jpeg"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("boat", "begins with https://"),
        ("ftp://files.example.org/a.png", "begins with https://"),
        ("https://[broken", "begins with https://"),
        ("http://files.example.org/a.png", "Only https"),
        ("https://files.example.org/" + "a" * 2000, "too long"),
        ("https://me:pass@files.example.org/a.png", "carries a password"),
        ("https://127.0.0.1/a.png", "not public"),
        ("https://[::1]/a.png", "not public"),
        ("https://169.254.169.254/latest/meta-data/", "not public"),
    ],
)
def test_addresses_that_are_not_asked_for(place: Any, address: str, says: str) -> None:
    assert says in refusal(place, address)


def test_a_redirect_to_a_private_address_is_not_followed(place: Any, monkeypatch: Any) -> None:
    """The first hop is let through by hand; the guard meets the second one as any other."""
    with running() as world:
        port = world.server.server_address[1]
        world.file("/secret.png", makers.picture())
        away = world.file("/a.png", b"", 302, Location=f"http://localhost:{port}/secret.png")
        real = guard.is_public
        monkeypatch.setattr(guard, "is_public", lambda text: not world.seen or real(text))
        monkeypatch.setattr("generations.media.addresses._name", lambda _: "a.png")
        assert "not public" in refusal(place, away)
        assert [path for path, _ in world.seen] == ["/a.png"]


def test_what_comes_is_checked_as_any_upload(place: Any, world: World, settings: Any) -> None:
    page = world.file(
        "/page.png", b"<!doctype html><title>Sign in</title>", Content_Type="image/png"
    )
    assert "page.png" in refusal(place, page)
    assert "no file that everybody may see" in refusal(place, world.file("/gone", b"", 404))
    assert "Try again" in refusal(place, world.file("/busy", b"", 503))
    settings.UPLOAD_MAX_BYTES = settings.UPLOAD_MEDIA_MAX_BYTES = 1000
    assert "larger than 0.001 MB" in refusal(place, world.file("/big.png", b"x" * 2000))
    cut = world.file("/cut.png", makers.picture(), Content_Length="999")
    assert "Try again" in refusal(place, cut)


def test_by_the_address_of_uploads(place: Any, world: World) -> None:
    url = reverse("upload", args=[place.team.slug, place.project.uuid])
    browser = Client()
    browser.force_login(place.creator)
    found = browser.post(url, {"address": world.file("/boat.png", makers.picture())})
    assert found.status_code == 201
    assert found.json()["name"] == "boat.png"
    wrong = browser.post(url, {"address": "boat"})
    assert (wrong.status_code, "https://" in wrong.json()["error"]) == (422, True)
    viewer = Client()
    viewer.force_login(place.viewer)
    seen = len(world.seen)
    assert viewer.post(url, {"address": world.url("/boat.png")}).status_code == 403
    assert len(world.seen) == seen, "nothing is fetched for who may not"
