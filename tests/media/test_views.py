from __future__ import annotations

import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from PIL import Image

from generations.media.links import input_link
from generations.media.uploads import file_name, still, store
from generations.models import Asset, Upload
from tests.sandbox.media import speech

from . import makers
from .makers import picture

FILES = ["clip", "clip_poster", "clip_preview", "clip_download"]


@pytest.fixture
def upload(place: SimpleNamespace) -> Upload:
    return store(place.project, place.owner, "boat.jpg", picture("JPEG", (900, 600)))


@pytest.fixture
def asset(place: SimpleNamespace) -> Asset:
    row = makers.generation(place.project, place.owner, place.account, "A Boat, at dawn!")
    name = "assets/{}".format
    return Asset.objects.create(
        generation=row,
        file=default_storage.save(name("clip.mp4"), ContentFile(b"clip" * 100)),
        poster=default_storage.save(name("poster.webp"), ContentFile(b"poster")),
        preview=default_storage.save(name("preview.mp4"), ContentFile(b"preview")),
        mime="video/mp4",
        digest="d" * 64,
        size=400,
        duration_ms=5000,
        width=640,
        height=360,
    )


def signed_in(user: Any, **how: Any) -> Client:
    client = Client(**how)
    client.force_login(user)
    return client


def body(answer: Any) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


def address(name: str, place: SimpleNamespace, asset: Asset) -> str:
    return reverse(name, args=[place.team.slug, place.project.uuid, asset.generation.uuid])


def upload_address(place: SimpleNamespace, upload: Upload) -> str:
    return reverse("upload_file", args=[place.team.slug, place.project.uuid, upload.uuid])


@pytest.mark.parametrize("who", ["owner", "creator", "viewer"])
def test_members_see_files(place: SimpleNamespace, upload: Upload, asset: Asset, who: str) -> None:
    client = signed_in(getattr(place, who))
    assert body(client.get(upload_address(place, upload))) == picture("JPEG", (900, 600))
    expected = [b"clip" * 100, b"poster", b"preview", b"clip" * 100]
    assert [body(client.get(address(name, place, asset))) for name in FILES] == expected


def test_thumb(place: SimpleNamespace, upload: Upload) -> None:
    client = signed_in(place.viewer)
    answer = client.get(upload_address(place, upload) + "?thumb=1")
    assert answer.headers["Content-Type"] == "image/webp"
    assert body(answer)[8:12] == b"WEBP"
    whole = client.get(upload_address(place, upload))
    assert body(whole)[8:12] != b"WEBP"
    assert answer.headers["ETag"] != whole.headers["ETag"]


def test_headers_of_a_clip(place: SimpleNamespace, asset: Asset) -> None:
    client = signed_in(place.viewer)
    answer = client.get(address("clip", place, asset), headers={"Range": "bytes=4-7"})
    assert (answer.status_code, body(answer)) == (206, b"clip")
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]
    download = client.get(address("clip_download", place, asset))
    short = asset.generation.uuid.hex[:8]
    assert download.headers["Content-Disposition"] == (
        f'attachment; filename="a-boat-at-dawn-{short}.mp4"'
    )
    body(download)


@pytest.mark.parametrize("name", [*FILES, "upload_file"])
def test_strangers_learn_nothing(
    place: SimpleNamespace, upload: Upload, asset: Asset, name: str
) -> None:
    path = upload_address(place, upload) if name == "upload_file" else address(name, place, asset)
    assert signed_in(place.stranger).get(path).status_code == 404
    anonymous = Client().get(path)
    assert anonymous.status_code == 302
    assert "/accounts/login" in anonymous.headers["Location"]
    assert signed_in(place.owner).post(path).status_code == 405


def test_files_of_another_project_are_not_here(
    place: SimpleNamespace, upload: Upload, asset: Asset
) -> None:
    other = makers.project(place.team, place.owner, "Other")
    client = signed_in(place.owner)
    here = SimpleNamespace(team=place.team, project=other)
    assert client.get(upload_address(here, upload)).status_code == 404
    for name in FILES:
        assert client.get(address(name, here, asset)).status_code == 404


def test_not_there_yet(place: SimpleNamespace, asset: Asset) -> None:
    client = signed_in(place.owner)
    waiting = makers.generation(place.project, place.owner, place.account)
    for name in FILES:
        path = reverse(name, args=[place.team.slug, place.project.uuid, waiting.uuid])
        assert client.get(path).status_code == 404
    Asset.objects.update(poster="", preview="")
    assert client.get(address("clip_poster", place, asset)).status_code == 404
    assert client.get(address("clip_preview", place, asset)).status_code == 404
    default_storage.delete(asset.file.name)
    assert client.get(address("clip", place, asset)).status_code == 404


@pytest.mark.parametrize(
    ("prompt", "mime", "start"),
    [
        ("A Boat, at dawn!", "video/mp4", "a-boat-at-dawn-{}.mp4"),
        ("", "video/mp4", "upscale-{}.mp4"),
        ("A mill", "image/png", "a-mill-{}.png"),
        ("A mill", "image/jpeg", "a-mill-{}.jpg"),
        ("../../etc/passwd", "video/webm", "etcpasswd-{}.webm"),
        ("海 Möwe", "video/quicktime", "海-möwe-{}.mov"),
        ("?!", "image/x", "{}.mp4"),
        ("word " * 50, "video/mp4", "-".join(["word"] * 12) + "-{}.mp4"),
        ("x" * 99, "video/mp4", "x" * 60 + "-{}.mp4"),
    ],
)
def test_download_names(prompt: str, mime: str, start: str) -> None:
    row: Any = SimpleNamespace(prompt=prompt, uuid=uuid.uuid4(), operation="upscale")
    assert file_name(row, mime) == start.format(row.uuid.hex[:8])


# Frames.


def kept(place: SimpleNamespace, film: Path, **fields: Any) -> Any:
    """A finished clip whose file is the film."""
    row = makers.generation(place.project, place.owner, place.account, "A Boat, at dawn!")
    facts = {"mime": "video/mp4", "digest": "d" * 64, "size": film.stat().st_size}
    facts |= {"duration_ms": 2000, "width": 320, "height": 180, "generation": row, **fields}
    with film.open("rb") as file:
        Asset.objects.create(file=default_storage.save("assets/a.mp4", File(file)), **facts)
    return row


@pytest.mark.parametrize(("at", "bright"), [("first", False), ("last", True)])
def test_a_frame_is_taken(place: SimpleNamespace, film: Path, at: str, bright: bool) -> None:
    row = kept(place, film)
    client = signed_in(place.creator)
    path = reverse("take_frame", args=[place.team.slug, place.project.uuid, row.uuid])
    answer = client.post(f"{path}?at={at}")
    upload = Upload.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        f"/t/studio/p/{place.project.uuid}/?use=upload%3A{upload.uuid}"
        "&as=image&operation=image_to_video"
    )
    assert (upload.kind, upload.mime, upload.clip, upload.user) == (
        "image",
        "image/png",
        row,
        place.creator,
    )
    assert upload.name == f"a-boat-at-dawn-{row.uuid.hex[:8]}-{at}-frame.png"
    with upload.file.open() as file, Image.open(file) as picture:
        assert picture.size == (320, 180)
        red = picture.convert("RGB").getpixel((100, 100))[0]
        assert (red > 200) is bright
    client.post(f"{path}?at={at}")
    assert Upload.objects.count() == 1


def test_a_large_frame_becomes_a_jpeg(
    place: SimpleNamespace, film: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = Image.effect_noise((320, 180), 90).convert("RGB")
    monkeypatch.setattr("generations.media.uploads.frame_of", lambda *_: noise)
    settings.UPLOAD_MAX_BYTES = 100_000
    upload = still(kept(place, film), "last", user=place.owner)
    assert (upload.mime, upload.name[-15:]) == ("image/jpeg", "-last-frame.jpg")


def test_no_frame_of_a_picture_or_of_nothing(place: SimpleNamespace, film: Path) -> None:
    row = kept(place, film, kind="image")
    client = signed_in(place.owner)
    path = reverse("take_frame", args=[place.team.slug, place.project.uuid, row.uuid])
    answer = client.post(path)
    assert answer.headers["Location"].endswith(f"/g/{row.uuid}/")
    Asset.objects.update(kind="video")
    default_storage.delete("assets/a.mp4")
    assert client.post(path).headers["Location"].endswith(f"/g/{row.uuid}/")
    Asset.objects.all().delete()
    assert client.post(path).status_code == 404
    assert signed_in(place.viewer).post(path).status_code == 403
    assert not Upload.objects.exists()


# Links for providers.


@pytest.fixture
def link(place: SimpleNamespace, upload: Upload, settings: Any) -> str:
    settings.PUBLIC_URL = "https://studio.example.org"
    return input_link(upload, place.account).removeprefix("https://studio.example.org")


def test_a_provider_fetches_an_input(link: str) -> None:
    answer = Client().get(link)
    assert (answer.status_code, body(answer)) == (200, picture("JPEG", (900, 600)))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Client().head(link).status_code == 200
    part = Client().get(link, headers={"Range": "bytes=0-2"})
    assert (part.status_code, body(part)) == (206, b"\xff\xd8\xff")


def test_nothing_else_may_be_done_with_a_link(link: str) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)(link).status_code == 405


def test_tampered_and_old_links(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, signed, name = link.split("/")
    assert Client().get(f"/in/{signed[:-1]}/{name}").status_code == 404
    assert Client().get(f"/in/x/{name}").status_code == 404
    monkeypatch.setattr("generations.media.links.INPUT_LIFE_S", -1)
    assert Client().get(link).status_code == 404


def test_a_link_to_nothing(link: str, upload: Upload) -> None:
    default_storage.delete(upload.file.name)
    assert Client().get(link).status_code == 404
    upload.delete()
    assert Client().get(link).status_code == 404


# Uploads.


def post(place: SimpleNamespace, client: Client, *files: Any, **more: Any) -> Any:
    path = reverse("upload", args=[place.team.slug, place.project.uuid])
    return client.post(path, {"file": files} if files else {}, **more)


def png(name: str = "boat.png", body: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if body is None else body, "image/png")


@pytest.mark.parametrize("who", ["owner", "creator"])
def test_an_upload(place: SimpleNamespace, who: str) -> None:
    answer = post(place, signed_in(getattr(place, who)), png())
    row = Upload.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "uuid": str(row.uuid),
        "name": "boat.png",
        "kind": "image",
        "mime": "image/png",
        "size": len(picture()),
        "width": 64,
        "height": 48,
        "ms": 0,
        "thumb": f"/t/studio/p/{place.project.uuid}/u/{row.uuid}/?thumb=1",
    }
    assert row.user == getattr(place, who)
    assert body(signed_in(place.viewer).get(answer.json()["thumb"]))[8:12] == b"WEBP"


def test_the_same_upload_again(place: SimpleNamespace) -> None:
    client = signed_in(place.owner)
    first, again = post(place, client, png()), post(place, client, png("copy.png"))
    assert again.status_code == 201
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("name", "body", "word"),
    [
        ("a.txt", b"hello", "is not a picture"),
        ("a.gif", picture("GIF"), "GIF"),
        ("a.png", picture()[:-20], "damaged"),
        ("a.png", picture("PNG", (12_000, 40)), "12000 x 40"),
    ],
)
def test_a_bad_upload_is_told_why(
    place: SimpleNamespace, name: str, body: bytes, word: str
) -> None:
    answer = post(place, signed_in(place.owner), png(name, body))
    assert answer.status_code == 422
    assert word in answer.json()["error"]
    assert not Upload.objects.exists()


def test_no_file(place: SimpleNamespace) -> None:
    client = signed_in(place.owner)
    path = reverse("upload", args=[place.team.slug, place.project.uuid])
    for answer in (
        client.post(path),
        client.post(path, {"file": "text"}),
        client.post(path, b"{}", content_type="application/json"),
        client.post(path, b"", content_type="multipart/form-data; boundary=x"),
        client.post(path, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x"),
        post(place, client, png(body=b"")),
    ):
        assert answer.status_code == 422, answer.content
        assert answer.json()["error"]


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_body_that_cannot_be_read(place: SimpleNamespace, kind: str) -> None:
    client = signed_in(place.owner)
    path = reverse("upload", args=[place.team.slug, place.project.uuid])
    answer = client.post(path, b"abc", content_type=kind)
    assert answer.status_code == 422
    assert answer.json()["error"]


@pytest.mark.parametrize("size", [300_000, 3_000_000])
def test_a_body_that_is_too_large(place: SimpleNamespace, settings: Any, size: int) -> None:
    settings.UPLOAD_MAX_BYTES = settings.UPLOAD_MEDIA_MAX_BYTES = 100_000
    answer = post(place, signed_in(place.owner), png(body=picture() + bytes(size)))
    assert answer.status_code == 413
    assert "at most 0.1 MB" in answer.json()["error"]


def test_a_picture_has_the_smaller_limit(place: SimpleNamespace, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    answer = post(place, signed_in(place.owner), png(body=picture() + bytes(3_000_000)))
    assert answer.status_code == 422
    assert "at most 0.1 MB" in answer.json()["error"]


def test_a_refused_body_is_not_read_forever(
    place: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_MAX_BYTES = settings.UPLOAD_MEDIA_MAX_BYTES = 100_000
    read: list[int] = []
    real = HttpRequest.read
    monkeypatch.setattr(HttpRequest, "read", lambda self, n: read.append(n) or real(self, n))
    monkeypatch.setattr("generations.views.incoming._DRAIN_S", -1)
    assert post(place, signed_in(place.owner), png(body=bytes(3_000_000))).status_code == 413
    assert read == []


def test_a_film_and_a_sound(place: SimpleNamespace, film: Path) -> None:
    client = signed_in(place.owner)
    answer = post(place, client, SimpleUploadedFile("boat.png", film.read_bytes(), "image/png"))
    row = Upload.objects.get()
    assert answer.status_code == 201
    facts = answer.json()
    assert (facts["kind"], facts["mime"], facts["ms"]) == ("video", "video/mp4", 2000)
    assert body(client.get(facts["thumb"]))[8:12] == b"WEBP"
    whole = client.get(upload_address(place, row), headers={"Range": "bytes=4-7"})
    assert (whole.status_code, body(whole)) == (206, b"ftyp")
    assert whole.headers["Content-Type"] == "video/mp4"
    heard = post(place, client, SimpleUploadedFile("voice.wav", speech(1))).json()
    assert (heard["kind"], heard["mime"], heard["ms"], heard["thumb"]) == (
        "audio",
        "audio/wav",
        1000,
        "",
    )
    voice = Upload.objects.get(uuid=heard["uuid"])
    assert client.get(upload_address(place, voice) + "?thumb=1").status_code == 404


def test_a_strangers_body_is_not_read(
    place: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HttpRequest, "_load_post_and_files", lambda self: pytest.fail("read"))
    strict = {"enforce_csrf_checks": True}
    assert post(place, signed_in(place.stranger, **strict), png()).status_code == 404
    assert post(place, signed_in(place.viewer, **strict), png()).status_code == 403
    assert post(place, Client(**strict), png()).status_code == 302


@pytest.mark.parametrize("length", ["nonsense", "-5", "99999999999999999999"])
def test_a_strange_length(place: SimpleNamespace, length: str) -> None:
    client = signed_in(place.owner)
    path = reverse("upload", args=[place.team.slug, place.project.uuid])
    answer = client.post(path, b"abc", content_type="multipart/form-data", CONTENT_LENGTH=length)
    assert answer.status_code in (413, 422)


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("stranger", 404)])
def test_who_may_not_upload(place: SimpleNamespace, who: str, status: int) -> None:
    assert post(place, signed_in(getattr(place, who)), png()).status_code == status
    assert not Upload.objects.exists()


def test_signed_out_and_wrong_method(place: SimpleNamespace) -> None:
    assert post(place, Client(), png()).status_code == 302
    path = reverse("upload", args=[place.team.slug, place.project.uuid])
    assert signed_in(place.owner).get(path).status_code == 405


def test_csrf_is_asked_for(place: SimpleNamespace) -> None:
    client = signed_in(place.owner, enforce_csrf_checks=True)
    assert post(place, client, png()).status_code == 403
    assert not Upload.objects.exists()
    token = "a" * 32
    client.cookies["csrftoken"] = token
    assert post(place, client, png(), headers={"X-CSRFToken": token}).status_code == 201


def test_an_archived_project_takes_nothing(place: SimpleNamespace, storage: Path) -> None:
    place.project.archived_at = place.project.created_at
    place.project.save()
    assert post(place, signed_in(place.owner), png()).status_code == 403
