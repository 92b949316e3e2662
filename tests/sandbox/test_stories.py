"""Each dialect from submit to a playable file."""

import pytest

from generations.sandbox import clips
from tests.sandbox.speakers import png, probe

AUDIO = {
    "pixverse": {"generate_audio_switch": True},
    "worldrouter": {"generate_audio_switch": True},
    "pixazo": {"generate_audio_switch": True},
    "easyrouter": {"metadata": {"generate_audio_switch": True}},
    "useapi": {"audio": True},
}
# Price of one second of v6 in 360p, silent.
SECOND = {
    "pixverse": 5, "worldrouter": 2.5, "pixazo": 0.025, "easyrouter": 0.0275, "useapi": 4,
}  # fmt: skip


def fetched(who, reply):
    answer = who.session.get(who.link(reply), timeout=20)
    assert answer.status_code == 200
    return answer


def test_text_to_video(anyone):
    remote_id, reply = anyone.done("A paper kite over dunes", duration=2)
    assert anyone.state(reply) == "done"
    answer = fetched(anyone, reply)
    binary = anyone.name == "pixazo"
    assert answer.headers["Content-Type"] == ("application/octet-stream" if binary else "video/mp4")
    film = probe(answer.content)
    assert (film["codec"], film["pix_fmt"], film["size"]) == ("h264", "yuv420p", (640, 360))
    assert film["frames"] == 2 * clips.FPS
    assert film["seconds"] == pytest.approx(2, abs=0.1)
    assert film["audio"] == []
    assert anyone.charged() == pytest.approx(2 * SECOND[anyone.name])
    # The index stands before the pictures, so that a player can start at once.
    assert answer.content.index(b"moov") < answer.content.index(b"mdat")


def test_sound_is_heard_when_asked_for(anyone):
    _, reply = anyone.done("Surf on pebbles", **AUDIO[anyone.name])
    film = probe(fetched(anyone, reply).content)
    assert film["audio"] == ["aac"]
    assert film["seconds"] == pytest.approx(1, abs=0.1)


def test_image_to_video_follows_the_picture(anyone, outside):
    reply = anyone.image("Slow push-in", png(300, 400), f"{outside.url}/picture.png")
    assert reply.ok, reply.text
    film = probe(fetched(anyone, anyone.ended(anyone.remote_id(reply))).content)
    assert film["size"] == (480, 640)
    assert anyone.mine()[0]["operation"] == "image_to_video"


@pytest.mark.parametrize("ratio, size", [("9:16", (360, 640)), ("21:9", (640, 274))])
def test_ratio(pixverse, ratio, size):
    _, reply = pixverse.done("A tall or a wide one", aspect_ratio=ratio)
    assert probe(fetched(pixverse, reply).content)["size"] == size
    resp = reply.json()["Resp"]
    assert (resp["outputWidth"], resp["outputHeight"]) == size


def test_parts_of_a_file(pixverse):
    _, reply = pixverse.done("In pieces")
    link = pixverse.link(reply)
    whole = pixverse.session.get(link).content
    for asked, start, end in (
        ("bytes=10-19", 10, 20),
        ("bytes=100-", 100, None),
        ("bytes=-7", -7, None),
    ):
        part = pixverse.session.get(link, headers={"Range": asked})
        assert part.status_code == 206
        assert part.content == whole[start:end]
        assert part.headers["Content-Range"].endswith(f"/{len(whole)}")
    assert pixverse.session.get(link, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    head = pixverse.session.head(link)
    assert int(head.headers["Content-Length"]) == len(whole)


def test_a_link_is_good_only_as_it_was_handed_out(pixverse):
    _, reply = pixverse.done("Signed paths")
    link = pixverse.link(reply)
    assert "%2F" in link
    assert pixverse.session.get(link.replace("%2F", "/")).status_code == 403
    assert pixverse.session.get(link.replace("/media/", "/media/x")).status_code == 404


def test_links_run_out_and_asking_again_renews_them(anyone):
    remote_id, reply = anyone.done("Old links")
    anyone.sandbox.expire_links()
    assert anyone.session.get(anyone.link(reply)).status_code == 403
    fresh = anyone.link(anyone.status(remote_id))
    assert fresh != anyone.link(reply)
    assert anyone.session.get(fresh).status_code == 200
    assert anyone.session.get(anyone.link(reply)).status_code == 403
