"""A new model, option value or switch is one edit of a data file: everything else follows."""

from __future__ import annotations

import shutil
import sys
from decimal import Decimal
from functools import _lru_cache_wrapper

import pytest
from django.urls import reverse

from generations import offers
from generations.catalogue import loader
from generations.catalogue.document import document
from generations.catalogue.loader import providers
from generations.catalogue.types import Brief
from generations.demo import make_sandbox_team
from generations.forms.menu import menu_of
from generations.models import TeamPrice
from generations.providers import menu as provider_menu
from generations.providers.registry import adapter
from generations.providers.types import Ask
from tests.accounts.people import person

ROW = 'models = { "c1" = "PixVerse/c1", "v6" = "PixVerse/v6" }'
NEW = 'models = { "c1" = "PixVerse/c1", "v6" = "PixVerse/v6", "v7" = "PixVerse/v7" }'
RATIOS = '"2:3", "3:2", "21:9"], default = "16:9" }'
WIDER = '"2:3", "3:2", "21:9", "32:9"], default = "16:9" }'
FPS = "\nfps = { values = [24, 60], default = 24 }"
PRICE = """
[[price]]
operations = ["text_to_video"]
models = ["v7"]
formula = "per_second"
read_on = 2026-11-01
source = "https://provider.example/v7"
[price.amount]
"720p" = { silent = "0.05", audio = "0.07" }
"""


def forget():
    """What was read of the data files once."""
    ours = [one for name, one in sys.modules.items() if name.startswith("generations.")]
    for module in ours:
        for thing in vars(module).values():
            if isinstance(thing, _lru_cache_wrapper):
                thing.cache_clear()


@pytest.fixture
def edit(tmp_path, monkeypatch):
    """Changes the text of EasyRouter's data file, in a copy of all of them."""
    for one in loader.IDS:
        shutil.copytree(loader.ROOMS / one, tmp_path / one, ignore=shutil.ignore_patterns("*.py*"))
    monkeypatch.setattr(loader, "ROOMS", tmp_path)
    monkeypatch.setattr(provider_menu, "ROOMS", tmp_path)
    file = tmp_path / "easyrouter" / "catalogue.toml"

    def change(old, new, more=""):
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new) + more, encoding="utf-8")
        forget()

    forget()
    yield change
    monkeypatch.undo()
    forget()


OPTIONS = {"duration": 4, "quality": "720p", "aspect_ratio": "16:9", "audio": True}


@pytest.mark.django_db
def test_a_new_model_is_one_edit(edit, client, settings):
    ada = person("Ada")
    project = make_sandbox_team(ada)
    brief = Brief("text_to_video", "v7", "a paper boat", OPTIONS)
    assert not any(one.can for one in offers.quote(project, brief).offers)
    edit(ROW, NEW, PRICE)

    menu = menu_of(["easyrouter"], "text_to_video", "v7")
    assert (menu.model, menu.fields["duration"].values[-1]) == ("v7", 15)
    assert "v7" in menu_of(["easyrouter", "pixverse"], "image_to_video", "").models

    (best,) = [one for one in offers.quote(project, brief).offers if one.can]
    assert best.terms.provider == "easyrouter"
    assert best.price.units == Decimal("0.28")
    assert best.price.source == "https://provider.example/v7"

    request = adapter("easyrouter").submit(Ask(brief, "PixVerse/v7", "job-17"))
    assert request.json["model"] == "PixVerse/v7"

    assert "`v7`" in document(providers())
    assert "https://provider.example/v7" in document(providers())

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client.force_login(ada)
    address = reverse("studio", args=[project.team.slug, project.uuid])
    query = {"operation": "text_to_video", "model": "v7"}
    assert 'value="v7"' in client.get(address, query).text


def ratios():
    return menu_of(["easyrouter"], "text_to_video", "v6").fields["aspect_ratio"].values


@pytest.mark.django_db
def test_a_new_value_is_one_edit(edit):
    project = make_sandbox_team(person("Ada"))
    brief = Brief("text_to_video", "v6", "x", {**OPTIONS, "aspect_ratio": "32:9"})
    assert (
        "32:9" not in menu_of(["easyrouter"], "text_to_video", "v6").fields["aspect_ratio"].values
    )
    edit(RATIOS, WIDER)
    assert "32:9" in ratios()
    able = [one.terms.provider for one in offers.quote(project, brief).offers if one.can]
    assert able == ["easyrouter"]
    assert "32:9" in document(providers())
    request = adapter("easyrouter").submit(Ask(brief, "PixVerse/v6", "job-17"))
    assert "32:9" in str(request.json)


@pytest.mark.django_db
def test_a_new_option_is_drawn_and_quoted_and_needs_only_its_translation(edit):
    project = make_sandbox_team(person("Ada"))
    edit(RATIOS, WIDER + FPS)
    assert menu_of(["easyrouter"], "text_to_video", "v6").fields["fps"].values == (24, 60)
    brief = Brief("text_to_video", "v6", "x", {**OPTIONS, "fps": 60})
    (able,) = [one for one in offers.quote(project, brief).offers if one.can]
    assert able.terms.provider == "easyrouter"
    account = project.team.provider_accounts.get(provider="easyrouter")
    TeamPrice.objects.create(
        account=account, model="v6", quality="720p", formula="per_clip", amount=Decimal(3),
        audio=True, unit="USD", when={"fps": 60},
    )  # fmt: skip
    assert offers.quote(project, brief).of(str(account.uuid)).price.units == 3
