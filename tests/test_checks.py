"""Each system check accepts our settings and refuses each slip it was written for."""

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as ours
from django.core.checks import run_checks
from django.core.checks.registry import registry

from generations.catalogue.loader import BadCatalogue
from pixstudio import checks


def ids(messages):
    return [one.id for one in messages]


def test_they_are_registered():
    assert {checks.queue, checks.broker, checks.catalogue} <= set(registry.get_checks())
    assert checks.public_url_is_https in registry.get_checks(include_deployment_checks=True)
    assert checks.public_url_is_https not in registry.get_checks()


def test_our_own_settings_pass():
    errors = [one for one in run_checks(tags=["pixstudio"]) if one.id != "pixstudio.E005"]
    assert errors == []


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 8, 32])
def test_retry_is_long_enough_for_any_number_of_workers(settings, workers):
    from math import ceil

    conf = dict(ours.Q_CLUSTER, workers=workers)
    conf["retry"] = conf["timeout"] * (1 + ceil((conf["queue_limit"] + conf["bulk"]) / workers))
    settings.Q_CLUSTER = conf
    assert checks.queue(None) == []
    settings.Q_CLUSTER = {**conf, "retry": conf["retry"] - 1}
    assert ids(checks.queue(None)) == ["pixstudio.E003"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("save_limit", 250),
        ("ack_failures", False),
        ("max_attempts", 0),
        ("max_attempts", True),
        ("catch_up", True),
    ],
)
def test_unsafe_queue_settings(settings, name, value):
    settings.Q_CLUSTER = {**ours.Q_CLUSTER, name: value}
    assert ids(checks.queue(None)) == ["pixstudio.E001"]


@pytest.mark.parametrize("name", ["workers", "timeout", "retry", "queue_limit", "bulk"])
@pytest.mark.parametrize("value", [None, 0, -1, float("inf"), "300", True])
def test_numbers_are_finite_and_positive(settings, name, value):
    settings.Q_CLUSTER = {**ours.Q_CLUSTER, name: value}
    assert ids(checks.queue(None)) == ["pixstudio.E002"]


@pytest.mark.parametrize(
    ("conf", "found"),
    [
        ({"orm": "default"}, []),
        ({"redis": "redis://localhost:6379/0"}, []),
        ({"orm": "other"}, ["pixstudio.E004"]),
        ({"redis": ""}, ["pixstudio.E004"]),
        ({}, ["pixstudio.E004"]),
    ],
)
def test_broker(settings, conf, found):
    settings.Q_CLUSTER = conf
    assert ids(checks.broker(None)) == found


def test_a_bad_catalogue_is_an_error(monkeypatch):
    def broken():
        raise BadCatalogue("pixazo/catalogue.toml: KeyError('unit')")

    monkeypatch.setattr(checks, "providers", broken)
    (error,) = checks.catalogue(None)
    assert error.id == "pixstudio.E005"
    assert "pixazo/catalogue.toml" in error.msg


@pytest.mark.parametrize("url", ["", "https://studio.example.com", "http://127.0.0.1:8000"])
def test_public_url_good(settings, url):
    settings.PUBLIC_URL = url
    assert checks.public_url(None) == []


@pytest.mark.parametrize(
    "url",
    [
        "studio.example.com",
        "ftp://studio.example.com",
        "https://",
        "https://studio.example.com/studio",
        "https://studio.example.com?x=1",
        "https://me@studio.example.com",
        "https://studio.example.com:port",
        "https://[studio",
    ],
)
def test_public_url_bad(settings, url):
    settings.PUBLIC_URL = url
    assert ids(checks.public_url(None)) == ["pixstudio.E006"]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://studio.example.com", []),
        ("http://studio.example.com", ["pixstudio.W001"]),
        ("", ["pixstudio.W001"]),
    ],
)
def test_a_deployment_wants_https(settings, url, found):
    settings.PUBLIC_URL = url
    assert ids(checks.public_url_is_https(None)) == found


def test_field_keys(settings):
    good = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [good, f" {good}\n"]
    assert checks.field_keys(None) == []
    settings.FIELD_KEYS = [good, "not-a-key"]
    (error,) = checks.field_keys(None)
    assert error.id == "pixstudio.E007"
    assert "2" in error.msg and "not-a-key" not in error.msg
    settings.FIELD_KEYS = []
    assert ids(checks.field_keys(None)) == ["pixstudio.E007"]
