"""Every provider and operation through the whole road: real sockets, a world made by others."""

import io
import time
import uuid
from base64 import b64encode
from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image

from generations.catalogue.types import Brief
from generations.providers import transport
from generations.providers.client import Client
from generations.providers.menu import catalogue
from generations.providers.registry import ADAPTERS
from generations.providers.types import (
    Access,
    Ask,
    Broken,
    Busy,
    Handle,
    Job,
    MediaFile,
    Moderated,
    NoBalance,
    Refused,
    Remote,
    Uncertain,
)
from tests.briefs import sample
from tests.providers.stub import Answer
from tests.sandbox.media import clip, speech

KEYS = {"easyrouter": "sk-sandbox-road-{}", "useapi": "user:sandbox-road-{}"}
ROADS = [
    pytest.param(name, one, id=f"{name}-{one.operation}-{one.model}")
    for name in ADAPTERS
    for one in catalogue(name).offerings
]
SHORT = list({(one.values[0], one.values[1].operation): one for one in ROADS}.values())
PATIENCE_S = 150


def png(width=1280, height=720):
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def picture():
    return MediaFile("boat.png", "image/png", 1280, 720, png())


@pytest.fixture
def account(world):
    """A client of one provider with a sandbox account of its own."""

    def made(name, tag="", **settings):
        key = KEYS.get(name, "sandbox-road-{}").format(f"{tag}{uuid.uuid4().hex[:8]}")
        base = f"{world.url}/{name}" + ("/v2/pixverse" if name == "useapi" else "")
        if name == "useapi":
            settings = {"email": "sandbox@example.org", **settings}
        return Client(name, Access(base, key, settings), allow_private=True)

    yield made
    transport.close()


def asked(client, offering, stub, picture, prompt="a paper boat", **more):
    """The least that the offering takes, each file handed over in the provider's own form."""
    options = next(iter(offering.plain_combinations()))
    brief = sample(offering, options)
    if offering.prompt == "required" and brief.prompt == "x":
        brief = replace(brief, prompt=prompt)
    handles = tuple(
        handed(client, stub, spec_of(offering, one), file_of(one, picture)) for one in brief.inputs
    )
    brief = replace(brief, options={**brief.options, **found(client, offering, brief, handles)})
    return Ask(brief, offering.remote_model, str(uuid.uuid4()), handles, **more)


def spec_of(offering, one):
    return next(spec for spec in offering.inputs if spec.role == one.role)


def file_of(one, picture):
    if one.kind == "image":
        return picture
    if one.kind == "video":
        return MediaFile("clip.mp4", "video/mp4", 640, 360, clip(4, (640, 360)), "video", 4000)
    return MediaFile("voice.wav", "audio/wav", 0, 0, speech(3), "audio", 3000)


def found(client, offering, brief, handles):
    """Ids that only the provider's own lists and masks can tell."""
    told = {}
    for name in brief.options:
        option = offering.options[name]
        if option.listed:
            entry = client.listing(option.listed)[0]
            told[name] = int(entry.id) if option.whole else entry.id
    if "mask" in brief.options:
        masks, _ = client.masks(handles[0], 1, str(uuid.uuid4()))
        told |= {"mask": masks.masks[0].id, "keyframe": masks.keyframe}
    return told


def handed(client, stub, spec, file):
    if spec.own:
        return own_clip(client, stub)
    form = catalogue(client.provider).media[spec.kind].form
    if form == "link":
        stub.answer = Answer(200, file.body, {"Content-Type": file.mime})
        return Handle("link", f"{stub.url}/boat.png")
    if form == "data_uri":
        return Handle("data_uri", f"data:{file.mime};base64,{b64encode(file.body).decode()}")
    handle, _ = client.upload(file)
    return handle


def own_clip(client, stub):
    """A clip that this very account made."""
    first = catalogue(client.provider).offering("text_to_video", "v6")
    ask = asked(client, first, stub, None)
    accepted, _ = client.submit(ask)
    followed(client, accepted, ask)
    return Handle("remote_id", accepted.remote_id)


def followed(client, accepted, ask):
    job = Job(accepted.remote_id, accepted.poll_url, ask.token)
    end = time.monotonic() + PATIENCE_S
    report = accepted.report
    while report is None or not report.final:
        assert time.monotonic() < end, report
        time.sleep(0.1)
        report, _ = client.check(job)
        assert report.known, report
    return report


@pytest.mark.parametrize(("name", "offering"), SHORT)
def test_to_the_end(account, stub, picture, world, name, offering):
    client = account(name)
    ask = asked(client, offering, stub, picture)
    accepted, exchange = client.submit(ask)
    assert exchange.status < 300
    report = followed(client, accepted, ask)
    assert report.state is Remote.SUCCEEDED
    second = client.content(Job(accepted.remote_id))
    assert report.links or second
    if report.charge:
        assert report.charge.unit == catalogue(name).unit
        assert report.charge.amount > 0


@pytest.mark.parametrize(("name", "offering"), ROADS)
def test_each_model_is_taken_as_it_is_told(account, stub, picture, name, offering):
    client = account(name)
    accepted, _ = client.submit(asked(client, offering, stub, picture))
    assert accepted.remote_id


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("refuse", Refused),
        ("moderate-now", Moderated),
        ("no-balance", NoBalance),
        ("flood", Busy),
        ("locked", Broken),
        ("lost-reply", Uncertain),
        ("reset", Uncertain),
    ],
)
@pytest.mark.parametrize("name", ADAPTERS)
def test_what_goes_wrong_at_submit(account, stub, picture, world, name, word, error):
    client, offering = account(name), catalogue(name).offerings[0]
    before = world.submissions(name)
    ask = asked(client, offering, stub, picture, prompt=f"a boat [{word}]")
    with pytest.raises(error) as caught:
        client.submit(ask)
    assert isinstance(caught.value, error)
    assert world.submissions(name) - before == (1 if word == "lost-reply" else 0)


@pytest.mark.parametrize(("word", "states"), [("fail", "failed"), ("moderate", "moderated failed")])
@pytest.mark.parametrize("name", ADAPTERS)
def test_what_goes_wrong_later(account, stub, picture, name, word, states):
    client, offering = account(name), catalogue(name).offerings[0]
    ask = asked(client, offering, stub, picture, prompt=f"a boat [{word}]")
    accepted, _ = client.submit(ask)
    report = followed(client, accepted, ask)
    assert report.state in states.split()
    assert report.said


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_good_key_and_a_bad_one(account, world, name):
    client = account(name)
    assert client.probe().status
    bad = Access(f"{world.url}/{name}", "nobody-knows-this-key", {"email": "sandbox@example.org"})
    with pytest.raises(Broken):
        Client(name, bad, allow_private=True).probe()


@pytest.mark.parametrize("name", ADAPTERS)
def test_balance_goes_down(account, stub, picture, name):
    client, room = account(name), catalogue(name)
    first = client.balance()
    assert (first is not None) == room.has_balance
    if first:
        assert first[0].unit == room.unit
        ask = asked(client, room.offerings[0], stub, picture)
        followed(client, client.submit(ask)[0], ask)
        left = client.balance()[0].amount
        assert left < first[0].amount


@pytest.mark.parametrize("reading", ["sorted", "body", "raw"])
def test_pixverse_webhook_is_really_signed(account, stub, picture, world, reading):
    key = f"sandbox-road-{uuid.uuid4().hex[:8]}"
    hook = world.register_webhook(key, f"{stub.url}/hook", reading=reading, secret="whsec-road")
    settings = {"webhook_id": str(hook["webhook_id"]), "webhook_secret": "whsec-road"}
    access = Access(f"{world.url}/pixverse", key, settings)
    client = Client("pixverse", access, allow_private=True)
    stub.answer = Answer(200, b"ok")
    offering = catalogue("pixverse").offering("text_to_video", "v6")
    ask = asked(client, offering, stub, picture)
    accepted, _ = client.submit(ask)
    followed(client, accepted, ask)
    end = time.monotonic() + PATIENCE_S
    while not stub.seen and time.monotonic() < end:
        time.sleep(0.1)
    seen = stub.seen[0]
    callback = client.callback(seen.headers, seen.body)
    assert (callback.remote_id, callback.token) == (accepted.remote_id, ask.token)


def test_published_prices_are_what_the_sandbox_takes(account, stub, picture):
    """Two people read the sheet apart from each other: where both found a price, it is the same."""
    client, room = account("pixverse"), catalogue("pixverse")
    for model in ("v6", "v5.6", "v5"):
        offering = room.offering("text_to_video", model)
        accepted, _ = client.submit(asked(client, offering, stub, picture))
        options = next(iter(offering.plain_combinations()))
        brief = Brief("text_to_video", model, "x", options)
        rows = [row for row in room.prices if row.fits(brief)]
        assert accepted.charge.amount == Decimal(rows[0].units(brief)), model
