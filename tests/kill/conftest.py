"""One studio with sandbox and web for all deaths of single workers; the slow ones run beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from .studio import Studio
from .test_watchdog import all_deaths


@pytest.fixture(scope="session", autouse=True)
def watchdogs(request, tmp_path_factory):
    """The deaths of test_watchdog.py, under way from the first kill test on, if they are wanted."""
    if not any(
        item.nodeid.startswith("tests/kill/test_watchdog") for item in request.session.items
    ):
        yield None
        return
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(all_deaths, tmp_path_factory.mktemp("hung"))


@pytest.fixture(scope="session")
def deaths(tmp_path_factory):
    with Studio(tmp_path_factory.mktemp("deaths"), speed=60) as studio:
        studio.start_sandbox()
        studio.start_web()
        yield studio
