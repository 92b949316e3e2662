"""docs/operations.md and the command behind it say what the catalogue says."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from generations.catalogue.document import COMMAND, PLAIN, document
from generations.catalogue.loader import providers
from generations.catalogue.quote import charged_units, find_row
from generations.catalogue.types import Brief, Operation

PAGE = Path(settings.BASE_DIR) / "docs" / "operations.md"


def told(*words, **options):
    out = StringIO()
    call_command("catalogue", *words, stdout=out, **options)
    return out.getvalue()


def test_the_document_is_the_catalogues():
    assert PAGE.read_text(encoding="utf-8") == document(providers()), f"stale: run {COMMAND}"
    assert told("--markdown") == document(providers())


def test_every_operation_has_its_section_and_every_offering_its_row():
    page = document(providers())
    assert set(PLAIN) == {one.value for one in Operation}
    for provider in providers().values():
        for offering in provider.offerings:
            section = page.partition(f"In data and commands: `{offering.operation}`.")[2]
            rows = [
                line for line in section.partition("\n## ")[0].splitlines()
                if line.startswith(f"| {provider.name} |")
            ]  # fmt: skip
            name = "–" if offering.model == "pixverse" else f"`{offering.model}`"
            assert any(name in row.split("|")[2] for row in rows), (provider.id, offering)
            assert all(row.rstrip(" |").split("|")[-1].strip() for row in rows)


def test_policies_stand_with_their_source():
    page = document(providers())
    for one in providers().values():
        words = f"{one.charged_on_failure} | {one.charged_on_moderation} | {one.policy_source}"
        assert words in page


def test_json_has_every_combination_with_its_price_or_a_reason():
    rows = json.loads(told("--json", "--provider", "pixverse"))
    room = providers()["pixverse"]
    assert {(one["operation"], one["model"]) for one in rows} == {
        (one.operation, one.model) for one in room.offerings
    }
    assert len(rows) >= sum(len(list(one.combinations())) for one in room.offerings)
    for one in rows:
        assert (one["price"] is None) != (one["unknown"] is None)
        brief = Brief(one["operation"], one["model"], "", one["options"])
        found = find_row(room.prices, brief)
        if one["price"] and one["price"]["units"] and not one["told"]:
            assert one["price"]["units"] == str(charged_units(room, found, brief))
            assert one["price"]["source"] and one["price"]["read_on"]
        if one["unknown"] is not None:
            assert one["unknown"]


def test_json_streams_one_row_a_line():
    lines = told("--json", "--provider", "useapi", "--operation", "lip_sync").splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    assert all(json.loads(line.rstrip(",")) for line in lines[1:-1])
    assert {json.loads(line.rstrip(","))["options"]["off_peak"] for line in lines[1:-1]} == {
        True,
        False,
    }


def test_what_is_spoken_has_a_row_of_its_own():
    rows = json.loads(told("--json", provider="pixverse", operation="lip_sync"))
    formulas = {(one["told"], one["price"]["formula"]) for one in rows}
    assert formulas == {("", "per_source_second"), ("speech", "per_15_bytes")}


def test_a_table_for_people():
    text = told(operation="upscale")
    assert "PixVerse: upscale, pixverse" in text
    assert "not published" in text
    assert "WorldRouter" not in text
    assert "with sound" in told(provider="pixverse", model="v6", operation="extend")


@pytest.mark.parametrize(
    "words", [{"provider": "pixazo", "operation": "upscale"}, {"markdown": True, "model": "v6"}]
)
def test_what_is_not_there_is_said(words):
    with pytest.raises(CommandError, match="filters"):
        told(**words)
