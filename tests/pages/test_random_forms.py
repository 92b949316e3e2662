"""Whatever a provider's offering admits, the form can produce, and the sample team can buy.

The same random briefs as in tests/providers/test_random_briefs.py, typed into the form and read
again; PIXSTUDIO_BRIEFS as there.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from generations import offers
from generations.catalogue.loader import IDS, providers
from generations.catalogue.types import Input
from generations.forms.brief import read_brief, typed_as
from generations.models import Found, Handle, Listing, Selection, Upload
from generations.providers.types import Entry, Mask, Masks
from generations.providers.types import Handle as Known
from tests.random_briefs import Cupboard, File, briefs

EACH = int(os.environ.get("PIXSTUDIO_BRIEFS", "0"))
FACTS = [
    ("image", "image/png", 320, 180, 0),
    ("image", "image/jpeg", 90, 160, 0),
    ("image", "image/webp", 64, 64, 0),
    ("video", "video/mp4", 320, 180, 2000),
    ("video", "video/mp4", 180, 320, 15_000),
    ("video", "video/quicktime", 1920, 1080, 30_000),
    ("audio", "audio/wav", 0, 0, 2000),
    ("audio", "audio/mpeg", 0, 0, 15_000),
]
LISTS = {
    "templates": [("1", {"images": "1", "qualities": "360p, 540p"}), ("2", {"images": "2"})],
    "image_templates": [("11", {"images": "1"}), ("12", {"images": "3", "least_images": "2"})],
    "voices": [("1", {}), ("Auto", {})],
    "restyles": [("77", {}), ("18446744073709551615", {})],
}


@pytest.fixture
def cupboards(project, owner, account):
    """For each provider what can go in: uploads of the project, rows of lists, found masks."""
    rows = [_upload(project, owner, *facts) for facts in FACTS]
    selection = _selection(rows[3], owner, account["pixverse"])
    for one in account.values():
        for name, entries in LISTS.items():
            facts = [{"id": key, "label": key, "preview": "", "facts": f} for key, f in entries]
            Listing.objects.create(
                account=one, name=name, entries=facts, read_at=rows[0].created_at
            )
    masks = Masks(selection.keyframe, "", tuple(Mask(one["id"], "", "") for one in selection.masks))
    lists = {
        name: [Entry(key, key, facts={"images": "1"} | facts) for key, facts in entries]
        for name, entries in LISTS.items()
    }
    files = [
        File(row.as_input(""), Known("path", "x"), masks if row == rows[3] else None)
        for row in rows
    ]
    return Cupboard(files, lists)


def _upload(project, owner, kind, mime, width, height, ms):
    return Upload.objects.create(
        project=project, user=owner, name=f"{kind}.x", file="uploads/x", digest=uuid.uuid4().hex,
        kind=kind, mime=mime, size=9000, width=width, height=height, ms=ms,
    )  # fmt: skip


def _selection(row, owner, account):
    Handle.objects.create(upload=row, account=account, form="media_id", value="7")
    return Selection.objects.create(
        project=row.project, account=account, user=owner, form_token=uuid.uuid4(),
        source=_json(row.as_input("source")), keyframe=1, price={}, price_micros=0,
        state=Found.DONE, handle={"form": "media_id", "value": "7"}, finished_at=row.created_at,
        masks=[{"id": str(n), "label": "person", "picture": ""} for n in range(3)],
    )  # fmt: skip


def _json(one: Input):
    return {name: getattr(one, name) for name in Input.__slots__}


@pytest.mark.parametrize("provider", IDS)
def test_the_form_can_say_it(project, cupboards, account, provider):
    """Each offering but those that want a clip of the account's own, which is not uploaded."""
    ours = account[provider]
    for offering in providers()[provider].offerings:
        if not any(spec.own for spec in offering.inputs):
            _each(offering, cupboards, lambda one, of=offering: _said(project, ours, of, one))


def _each(offering, cupboard, check):
    settings(
        max_examples=max(2, EACH // 40),
        derandomize=not EACH,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )(given(briefs(offering, cupboard))(lambda drawn: check(drawn[0])))()


def _said(project, account, offering, brief):
    """Typed, read and quoted: nothing is lost on the way."""
    listed = any(
        offering.options[name].listed for name in brief.options if name in offering.options
    )
    at = str(account.uuid) if "mask" in brief.options else account.provider if listed else ""
    brief = replace(brief, at=at, prompt=brief.prompt.strip(), options=_typed(brief.options))
    offer = offers.quote(project, brief).of(str(account.uuid))
    if offering.problems(brief) or offer.problems:
        return
    assert offer.can
    asked = read_brief(project, typed_as(brief) | {"account": str(account.uuid)})
    assert not asked.errors, (offering.operation, offering.model, asked.errors)
    named = {spec.role for spec in offering.inputs if spec.named}
    assert _files(asked.brief, named) == _files(brief, named)
    assert (asked.brief.prompt, asked.brief.at) == (brief.prompt, brief.at)
    # A switch that may be left out is left out where it is off.
    told = {name: one for name, one in brief.options.items() if not _idle(offering, name, one)}
    assert asked.brief.options.items() >= told.items()
    again = offers.quote(project, asked.brief).of(str(account.uuid))
    assert again.can, again.problems
    assert again.price.micros == offer.price.micros


def _typed(options):
    """A text field trims what is typed."""
    return {name: one.strip() if isinstance(one, str) else one for name, one in options.items()}


def _files(brief, named):
    """A name counts where the prompt can speak of it; who wants no type does not mind one."""
    return [replace(one, type="", name=one.name * (one.role in named)) for one in brief.inputs]


def _idle(offering, name, value):
    return value is False and offering.options[name].default is None
