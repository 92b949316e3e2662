"""What a first visit fetches, compressed: pages, styles and scripts stay under 350 kB."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests import house

MOST = 350_000
FETCHED = re.compile(r'(?:href|src)="/static/([^"?]+\.(?:css|js|svg))"')


@pytest.mark.parametrize("name", ["studio", "results", "spend", "prompts", "uploads", "audit"])
def test_a_first_visit_is_light(db, settings, media_dir, name):
    settings.LOCAL_URL = settings.SANDBOX_URL = "http://127.0.0.1:9"
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    home = house.build("crew")
    client = Client()
    client.force_login(home.people["owner"])
    place = [home.team.slug, home.project.uuid] if name == "studio" else [home.team.slug]
    page = client.get(reverse(name, args=place)).content
    files = {str(finders.find(one)) for one in FETCHED.findall(page.decode())}
    assert len(files) > 4
    bodies = [page, *(Path(one).read_bytes() for one in files)]
    assert sum(len(gzip.compress(one)) for one in bodies) < MOST
