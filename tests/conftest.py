"""What all tests share: the sandbox, the studio's people and their money."""

from __future__ import annotations

import os
import time

import hypothesis
import pytest
from django.conf import settings as django_settings

# A busy machine is no failure: speed is measured by benches.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

# Tests that take longest. Workers take the tests in as many blocks as they are: these stand at
# the head of each, or one of them would be left alone at the end.
LONG = (
    "generations/test_every_operation",
    "test_wrong_charges",
    "test_any_order",
    "tests/test_access.py",
    "browser/test_every_page",
)
BLOCKS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def pytest_collection_modifyitems(items):
    def is_long(item):
        return any(name in item.nodeid for name in LONG)

    long = [item for item in items if is_long(item)]
    rest = [item for item in items if not is_long(item)]
    size = -(-len(rest) // BLOCKS)
    items[:] = [
        item
        for block in range(BLOCKS)
        for item in (*long[block::BLOCKS], *rest[block * size : (block + 1) * size])
    ]


def pytest_configure():
    """What is written in a test need not outlive a power cut: no commit waits for the disk.

    Killed processes and the browser's studios have settings of their own, as they are in use.
    """
    options = django_settings.DATABASES["default"].setdefault("OPTIONS", {})
    if "init_command" in options:
        options["init_command"] = options["init_command"].replace("=FULL", "=OFF")
    else:
        options["options"] += " -c synchronous_commit=off"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """A slow password hash protects people, not test users."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_times_of_others():
    """Accounts of two tests may have the same keys."""
    from generations import pace

    pace._remembered.clear()


@pytest.fixture(scope="session", autouse=True)
def few_pictures():
    """Six pictures a second tell a clip as well as 24, and are drawn four times as fast."""
    from generations.sandbox import clips

    clips.FPS = 6


@pytest.fixture(scope="session", autouse=True)
def nobody_asks_for_permissions():
    """Emptied tables stay empty: making Django's own permissions anew took as long as emptying."""
    from django.contrib.contenttypes.models import ContentType
    from django.core.management.commands import flush

    with pytest.MonkeyPatch.context() as patch:
        again = ContentType.objects.clear_cache
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: again())
        yield


@pytest.fixture(scope="session", autouse=True)
def emptied_by_rows():
    """Of ninety tables a test fills a dozen: PostgreSQL takes seconds to cut them all off."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    def sql_flush(self, style, tables, **how):
        # Keys are checked when this is committed, so that any order will do.
        return ["; ".join(f"DELETE FROM {self.quote_name(one)}" for one in tables)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="session", autouse=True)
def prices_at_once():
    """The hundreds of prices of a sample team are prepared once, not for each of its many teams."""
    from django.db import connection

    from generations import demo
    from generations.models import TeamPrice

    fields = [one for one in TeamPrice._meta.concrete_fields if not one.primary_key]
    names = ", ".join(f'"{one.column}"' for one in fields)
    marks = ", ".join(["%s"] * len(fields))
    entry = f'INSERT INTO "{TeamPrice._meta.db_table}" ({names}) VALUES ({marks})'
    prepared = {}

    def prepare(*whose):
        return [
            [one.get_db_prep_save(one.pre_save(price, add=True), connection) for one in fields]
            for price in demo._prices(*whose)
        ]

    def enter(provider, account, user):
        rows = prepared.get(provider.id) or prepared.setdefault(
            provider.id, prepare(provider, account, user)
        )
        now = {"account_id": account.pk, "entered_by_id": user.pk}
        for one in fields:
            if one.name in ("since", "created_at"):
                now[one.column] = one.get_db_prep_save(one.get_default(), connection)
        places = [(place, one.column) for place, one in enumerate(fields) if one.column in now]
        for row in rows:
            for place, column in places:
                row[place] = now[column]
        with connection.cursor() as cursor:
            cursor.executemany(entry, rows)
        return len(rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "_enter_prices", enter)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_cache():
    """Each worker has keys of its own in a Redis that all share, and empties only those."""
    from django.core.cache import cache
    from django.core.cache.backends.redis import RedisCache

    prefix = f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}-{os.getpid()}"
    django_settings.CACHES["default"]["KEY_PREFIX"] = cache.key_prefix = prefix

    def clear(self):
        client = self._cache.get_client(write=True)
        keys = list(client.scan_iter(f"{prefix}:*"))
        return bool(keys and client.delete(*keys))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RedisCache, "clear", clear)
        yield
        if django_settings.REDIS_URL:
            cache.clear()


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """One sandbox for the whole run, with a clock that is forty times faster."""
    from generations.sandbox.server import Sandbox

    with Sandbox(port=0, speed=40, data_dir=tmp_path_factory.mktemp("world")) as running:
        yield running


@pytest.fixture
def media_dir(settings, tmp_path):
    """Files of a test go to a folder of its own."""
    settings.STORAGES = {
        **django_settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media")},
        },
    }
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def owner(django_user_model):
    return django_user_model.objects.create_user(
        "olga@example.org", "correct horse battery", name="Olga Owner"
    )


@pytest.fixture
def hurried(monkeypatch):
    """Waits between tries and looks are short; what is done in between stays as it is."""
    from generations.dispatch import poller
    from generations.lifecycle import answering, saving

    monkeypatch.setattr(poller.Poller, "_wait", lambda *_: 0.1)
    monkeypatch.setattr(poller, "back_off", lambda *_, **__: 0.1)
    monkeypatch.setattr(answering, "back_off", lambda *_, **__: 0.1)
    monkeypatch.setattr(saving, "back_off", lambda *_, **__: 0.1)
    monkeypatch.setattr(saving, "MAX_TRIES", 8)


@pytest.fixture
def story(transactional_db, live_server, world, settings, media_dir, owner, hurried):
    """A team with five sandbox accounts that can reach us, and the means to work."""
    from generations.demo import make_sandbox_team
    from tests.story import Story

    world.reset()
    settings.SANDBOX_URL = world.url
    settings.LOCAL_URL = live_server.url
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    yield Story(make_sandbox_team(owner), owner, world)
    # No webhook may still be at work in the live server when the tables are emptied.
    world.reset()
    time.sleep(0.05)
