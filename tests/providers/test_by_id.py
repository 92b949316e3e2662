"""Which roles take an own clip by its id: what the catalogue says, the adapters can write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generations.providers.menu import catalogue
from generations.providers.registry import ADAPTERS, adapter
from generations.providers.types import Ask, Broken, Handle, Refused, Request
from tests.briefs import give, sample

IDS = {"useapi": "user:7-pixverse:bot@example.org-video:{}"}
FORMS = {
    "useapi": dict.fromkeys(("image", "video", "audio"), "path"),
    "pixverse": {"image": "img_id", "video": "media_id", "audio": "media_id"},
    "worldrouter": {"image": "img_id", "video": "media_id", "audio": "media_id"},
    "pixazo": {"image": "link"},
    "easyrouter": {"image": "data_uri"},
}
CASES = [
    pytest.param(name, one, spec, id=f"{name}-{one.operation}-{one.model}-{spec.role}")
    for name in ADAPTERS
    for one in catalogue(name).offerings
    for spec in one.inputs
    if spec.kind == "video"
]


def submitted(name, offering, spec) -> tuple[Request, str]:
    """With the clips of this role told by id, all else as files; and the first such id."""
    brief = sample(offering)
    if not brief.of(spec.role):
        brief = give(offering, brief, spec.role)
    if spec.named:
        said = " ".join(f"@{one.name} " for one in brief.inputs if one.name) + "x"
        brief = replace(brief, prompt=said)
    inputs = tuple(replace(one, clip="9" if one.role == spec.role else "") for one in brief.inputs)
    brief = replace(brief, inputs=inputs)
    handles = tuple(
        Handle("remote_id", IDS.get(name, "{}").format(at))
        if one.role == spec.role
        else Handle(FORMS[name][one.kind], str(at))
        for at, one in enumerate(inputs, 1001)
    )
    ask = Ask(brief, offering.remote_model, "job-17", handles)
    first = next(one for one in handles if one.form == "remote_id").value
    return adapter(name).submit(ask), first


@pytest.mark.parametrize(("name", "offering", "spec"), CASES)
def test_an_adapter_takes_ids_where_the_catalogue_says_so(name, offering, spec):
    if spec.role in catalogue(name).media["video"].by_id:
        request, first = submitted(name, offering, spec)
        assert first in str(request.json)
        return
    assert not spec.own
    with pytest.raises((Refused, Broken)):
        submitted(name, offering, spec)
