"""Every offering of the native rooms, in every combination: the documented path and fields."""

from dataclasses import replace

import pytest

from generations.catalogue.types import Offering
from generations.providers.menu import catalogue
from generations.providers.registry import adapter
from generations.providers.types import Ask, Handle, Unsupported
from tests.briefs import give
from tests.providers.native_asks import sample_ask

# operation: path, required fields; of "a|b" one. Sheets: pixverse 2.3 to 2.22, worldrouter 2.
CLIP = "source_video_id|video_media_id"
VOICE = "audio_media_id|lip_sync_tts_speaker_id"
USUAL = "model prompt duration quality"
PIXVERSE = {
    "text_to_video": ("video/text/generate", f"{USUAL} aspect_ratio"),
    "image_to_video": ("video/img/generate", f"{USUAL} img_id"),
    "template": ("video/img/generate", f"{USUAL} template_id img_id|img_ids"),
    "transition": ("video/transition/generate", f"{USUAL} first_frame_img last_frame_img"),
    "multi_transition": ("video/multi_transition/generate", "model quality multi_transition"),
    "fusion": (
        "video/fusion/generate",
        f"{USUAL} aspect_ratio image_references|video_references",
    ),
    "extend": ("video/extend/generate", f"{USUAL} seed {CLIP}"),
    "lip_sync": ("video/lip_sync/generate", f"{CLIP} {VOICE}"),
    "sound_effect": ("video/sound_effect/generate", CLIP),
    "restyle": ("video/restyle/generate", f"{CLIP} restyle_id|restyle_prompt"),
    "swap": ("video/swap/generate", f"{CLIP} keyframe_id mask_id img_id quality"),
    "motion_control": ("video/mimic/generate", f"{CLIP} img_id quality"),
    "modify": ("video/modify/generate", f"{CLIP} prompt quality"),
    "upscale": ("video/upscale/generate", CLIP),
    "avatar": ("video/avatar/generate", f"img_id quality {VOICE}"),
    "image_template": ("image/template/generate", "img_ids template_id"),
}
WORLDROUTER = {
    "text_to_video": ("video/text/generate", f"{USUAL} aspect_ratio"),
    "image_to_video": ("video/img/generate", f"{USUAL} img_id aspect_ratio"),
    "transition": ("video/transition/generate", f"{USUAL} first_frame_img last_frame_img"),
    "fusion": ("video/fusion/generate", f"{USUAL} aspect_ratio image_references"),
    "extend": ("video/extend/generate", f"{USUAL} {CLIP}"),
}
SHEETS = {"pixverse": PIXVERSE, "worldrouter": WORLDROUTER}
EVERY = [(provider, one) for provider in SHEETS for one in catalogue(provider).offerings]
MODEL_FREE = {
    "template", "image_template", "lip_sync", "avatar", "sound_effect",
    "restyle", "swap", "motion_control", "modify", "upscale",
}  # fmt: skip


def named(one):
    return f"{one.operation}-{one.model}" if isinstance(one, Offering) else one


every = pytest.mark.parametrize(("provider", "offering"), EVERY, ids=named)


@pytest.mark.parametrize("provider", SHEETS)
def test_every_documented_operation_is_offered(provider):
    offered = {one.operation for one in catalogue(provider).offerings}
    assert offered == set(SHEETS[provider])


@pytest.mark.parametrize("own", [False, True])
@every
def test_every_combination_is_sent_as_documented(provider, offering, own):
    path, fields = SHEETS[provider][offering.operation]
    for options in offering.combinations():
        ask = sample_ask(offering, options, own=own)
        request = adapter(provider).submit(ask)
        assert (request.method, request.pays) == ("POST", True)
        assert request.path == f"/openapi/v2/{path}"
        assert request.headers == {"Ai-trace-id": ask.token}
        for choice in fields.split():
            assert len([one for one in choice.split("|") if one in request.json]) == 1, choice
        for name, value in options.items():
            if offering.operation != "multi_transition":
                assert value in request.json.values(), name
        assert None not in request.json.values()


@every
def test_an_option_that_it_does_not_have_is_refused(provider, offering):
    ask = sample_ask(offering)
    for name in ("wobble", "camera", "preview"):
        brief = replace(ask.brief, options={**ask.brief.options, name: True})
        with pytest.raises(Unsupported) as caught:
            adapter(provider).submit(replace(ask, brief=brief))
        assert caught.value.field == name


@every
def test_every_option_can_be_told(provider, offering):
    """What is not a list of values: seeds, texts, ids."""
    room = adapter(provider)
    plain = sample_ask(offering)
    for name, option in offering.options.items():
        if option.values or name in plain.brief.options:
            continue
        brief = give(offering, plain.brief, name)
        value = brief.options[name] = 3 if option.minimum is not None else brief.options[name]
        ask = Ask(brief, plain.remote_model, plain.token, plain.handles)
        if offering.operation == "multi_transition":
            if name != "prompt_1":  # the sample has one way only
                with pytest.raises(Unsupported, match="no frame"):
                    room.submit(ask)
            continue
        body = room.submit(ask).json
        assert value in body.values() or [value] in body.values(), name


@every
def test_a_file_in_another_form_is_refused(provider, offering):
    ask = sample_ask(offering)
    for at, one in enumerate(ask.brief.inputs):
        for form in ("link", "data_uri", "path", "remote_id" if one.kind != "video" else "img_id"):
            handles = [*ask.handles]
            handles[at] = Handle(form, "1001")
            with pytest.raises(Unsupported) as caught:
                adapter(provider).submit(replace(ask, handles=tuple(handles)))
            assert caught.value.field == one.role


@every
def test_one_word_for_what_has_no_model(provider, offering):
    assert (offering.model == "pixverse") == (offering.operation in MODEL_FREE)
    assert bool(offering.remote_model) == (offering.model != "pixverse")
