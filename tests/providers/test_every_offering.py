"""What the catalogue offers, the adapter can send; what it does not, the adapter refuses."""

from dataclasses import replace

import pytest

from generations.providers.menu import catalogue
from generations.providers.registry import adapter
from generations.providers.types import Handle, Unsupported
from tests.providers.asks import FORMS, sample_ask

EVERY = [
    pytest.param(name, one, id=f"{name}-{one.operation}-{one.model}")
    for name in FORMS
    for one in catalogue(name).offerings
]
PATHS = {
    "text_to_video": "/videos/create",
    "image_to_video": "/videos/create",
    "template": "/videos/create",
    "image_template": "/videos/create",
    "transition": "/videos/create-frames",
    "multi_transition": "/videos/create-transition",
    "fusion": "/videos/create-fusion",
    "motion_control": "/videos/motion-control",
    "extend": "/videos/extend",
    "modify": "/videos/modify",
    "restyle": "/videos/restyle",
    "lip_sync": "/videos/lipsync",
    "upscale": "/videos/upscale",
    "image": "/images/create",
}


def full(offering):
    """Every option that the offering has, each at its last or longest."""
    chosen = {}
    for name, one in offering.options.items():
        if one.values:
            chosen[name] = one.values[0] if name == "quality" else one.values[-1]
        elif one.maximum is not None:
            chosen[name] = one.maximum
        else:
            chosen[name] = 7 if one.whole else "x" * min(one.max_length or 1, 9)
    return chosen


@pytest.mark.parametrize(("provider", "offering"), EVERY)
def test_it_can_be_sent(provider, offering):
    ask = sample_ask(provider, offering)
    request = adapter(provider).submit(ask)
    assert (request.method, request.pays) == ("POST", True)
    if provider == "useapi":
        assert request.path == PATHS[offering.operation]
    sent = str(request.json)
    assert all(handle.value in sent for handle in ask.handles)
    assert str(ask.brief.prompt).split("@")[0] in sent


@pytest.mark.parametrize(("provider", "offering"), EVERY)
def test_every_option_travels(provider, offering):
    """One by one beside the least: each changes what is sent, or it was implied."""
    least = sample_ask(provider, offering)
    before = adapter(provider).submit(least).json
    for name, value in full(offering).items():
        options = {**least.brief.options, name: value}
        changed = replace(least, brief=replace(least.brief, options=options))
        after = adapter(provider).submit(changed).json
        assert (after != before) is (least.brief.options.get(name) != value), name


@pytest.mark.parametrize(("provider", "offering"), EVERY)
def test_what_it_does_not_have_is_refused(provider, offering):
    least = sample_ask(provider, offering)
    for name in ("wobble", "negative_prompts"):
        options = {**least.brief.options, name: "x"}
        with pytest.raises(Unsupported) as caught:
            adapter(provider).submit(replace(least, brief=replace(least.brief, options=options)))
        assert caught.value.field == name


@pytest.mark.parametrize(("provider", "offering"), EVERY)
def test_a_file_in_a_strange_form_is_refused(provider, offering):
    least = sample_ask(provider, offering)
    strange = tuple(Handle("img_id", "17") for _ in least.handles)
    if strange:
        with pytest.raises(Unsupported) as caught:
            adapter(provider).submit(replace(least, handles=strange))
        assert caught.value.field in {one.role for one in least.brief.inputs}
        with pytest.raises(Unsupported):
            adapter(provider).submit(replace(least, handles=()))
