"""The sample bodies of contract sheet useapi, sections 2.4 to 2.18, beside what we make of them."""

from dataclasses import replace

from generations.catalogue.types import Brief, Input
from generations.providers.menu import catalogue
from generations.providers.types import Ask, Handle
from generations.providers.useapi.adapter import UseApi

useapi = UseApi()
CLIP = "user:7-pixverse:bot@example.org-video:4411"
KINDS = {"source": "video", "motion": "video", "voice_track": "audio"}


def files(*pairs):
    """(role, path) or (role, path, name); a clip's id instead of a path is the account's own."""
    inputs, handles = [], []
    for role, value, *name in pairs:
        kind = KINDS.get(role, role.partition("_")[0] if role.endswith("_reference") else "image")
        mime = {"image": "image/png", "video": "video/mp4", "audio": "audio/mpeg"}[kind]
        own = value.startswith("user:")
        one = Input(role, value, mime, 9, 640, 360, kind=kind, ms=5000, clip="c" if own else "")
        inputs.append(replace(one, name=name[0]) if name else one)
        handles.append(Handle("remote_id" if own else "path", value))
    return tuple(inputs), tuple(handles)


def made(operation, model, *pairs, prompt="", callback="", settings=None, **options):
    inputs, handles = files(*pairs)
    brief = Brief(operation, model, prompt, options, inputs)
    found = catalogue("useapi").offering(operation, model)
    assert not found.problems(brief)
    ask = Ask(brief, found.remote_model, "job-17", handles, callback, settings or {})
    return useapi.submit(ask)


FRAMES = [("first_frame", "upload/a.png"), ("last_frame", "upload/b.png")]
THREE = [("frame", f"upload/{one}.png") for one in "abc"]
PICTURES = [("image", f"upload/{one}.png") for one in "abc"]
SAMPLES = {
    "transition": (
        made(
            "transition",
            "v6",
            *FRAMES,
            prompt="slow morph",
            duration=5,
            quality="720p",
            audio=False,
        ),
        "/videos/create-frames",
        {
            "model": "v6",
            "first_frame_path": "upload/a.png",
            "last_frame_path": "upload/b.png",
            "prompt": "slow morph",
            "duration": 5,
            "quality": "720p",
            "audio": False,
        },
    ),
    "multi_transition": (
        made(
            "multi_transition",
            "v5",
            *THREE,
            seconds_1=3,
            seconds_2=2,
            prompt_2="rain",
            quality="540p",
        ),
        "/videos/create-transition",
        {
            "model": "v5",
            "frame_1_path": "upload/a.png",
            "frame_2_path": "upload/b.png",
            "frame_3_path": "upload/c.png",
            "duration_1_to_2": "3",
            "duration_2_to_3": "2",
            "prompt_2_to_3": "rain",
            "quality": "540p",
        },
    ),
    "fusion": (
        made(
            "fusion",
            "seedance-2.0",
            ("reference", "upload/a.png", "robot"),
            ("video_reference", "upload/m.mp4", "dance"),
            prompt="@robot walks like the person in @dance",
            duration=5,
            quality="720p",
            aspect_ratio="16:9",
        ),
        "/videos/create-fusion",
        {
            "model": "seedance-2.0",
            "prompt": "@image1 walks like the person in @video1",
            "frame_1_path": "upload/a.png",
            "video_1_path": "upload/m.mp4",
            "duration": 5,
            "quality": "720p",
            "aspect_ratio": "16:9",
        },
    ),
    "motion_control": (
        made(
            "motion_control",
            "v5.6",
            ("image", "upload/hero.png"),
            ("motion", "upload/dance.mp4"),
            quality="720p",
        ),
        "/videos/motion-control",
        {
            "model": "v5.6",
            "frame_1_path": "upload/hero.png",
            "video_1_path": "upload/dance.mp4",
            "quality": "720p",
        },
    ),
    "extend": (
        made(
            "extend",
            "v6",
            ("source", CLIP),
            prompt="the boat drifts under a bridge",
            duration=5,
            quality="720p",
            audio=True,
        ),
        "/videos/extend",
        {
            "model": "v6",
            "video_id": CLIP,
            "prompt": "the boat drifts under a bridge",
            "duration": 5,
            "quality": "720p",
            "audio": True,
        },
    ),
    "extend a file": (
        made("extend", "grok-imagine", ("source", "upload/v.mp4"), duration=10, quality="480p"),
        "/videos/extend",
        {"model": "grok-imagine", "video_path": "upload/v.mp4", "duration": 10, "quality": "480p"},
    ),
    "modify": (
        made("modify", "v5.5", ("source", CLIP), prompt="make it snow", quality="540p"),
        "/videos/modify",
        {"model": "v5.5", "video_id": CLIP, "prompt": "make it snow", "quality": "540p"},
    ),
    "restyle": (
        made(
            "restyle", "pixverse", ("source", CLIP), prompt="ink drawing", restyle=322004186061696
        ),
        "/videos/restyle",
        {"video_id": CLIP, "prompt": "ink drawing", "restyle_id": 322004186061696},
    ),
    "lip sync by text": (
        made(
            "lip_sync",
            "pixverse",
            ("source", CLIP),
            speech="hello there",
            voice="2",
            keep_sound=True,
        ),
        "/videos/lipsync",
        {
            "video_id": CLIP,
            "prompt": "hello there",
            "speaker_id": "2",
            "original_sound_switch": True,
        },
    ),
    "lip sync by file": (
        made(
            "lip_sync",
            "pixverse",
            ("source", "upload/v.mp4"),
            ("voice_track", "upload/a.mp3"),
            keep_sound=False,
        ),
        "/videos/lipsync",
        {
            "video_path": "upload/v.mp4",
            "audio_path": "upload/a.mp3",
            "original_sound_switch": False,
        },
    ),
    "upscale": (
        made("upscale", "pixverse", ("source", CLIP)),
        "/videos/upscale",
        {"video_id": CLIP},
    ),
    "template of two": (
        made("template", "pixverse", *PICTURES[:2], template=384, quality="540p"),
        "/videos/create",
        {
            "template_id": 384,
            "first_frame_path": "upload/a.png",
            "last_frame_path": "upload/b.png",
            "quality": "540p",
        },
    ),
    "template of three": (
        made("template", "pixverse", *PICTURES, template=385, auto_sound=False, prompt="a band"),
        "/videos/create",
        {
            "template_id": 385,
            "prompt": "a band",
            "frame_1_path": "upload/a.png",
            "frame_2_path": "upload/b.png",
            "frame_3_path": "upload/c.png",
            "auto_sound": False,
        },
    ),
    "image template": (
        made("image_template", "pixverse", PICTURES[0], template=901),
        "/videos/create",
        {"template_id": 901, "first_frame_path": "upload/a.png"},
    ),
    "image": (
        made("image", "nano-banana-2", prompt="tea cup", quality="1080p", aspect_ratio="auto"),
        "/images/create",
        {
            "prompt": "tea cup",
            "model": "nano-banana-2",
            "quality": "1080p",
            "aspect_ratio": "auto",
            "create_count": 1,
        },
    ),
    "image of others": (
        made(
            "image",
            "gpt-image-2.0",
            *PICTURES[:2],
            prompt="tea cup",
            quality="1440p",
            aspect_ratio="2:1",
            detail="high",
        ),
        "/images/create",
        {
            "prompt": "tea cup",
            "model": "gpt-image-2.0",
            "quality": "1440p",
            "aspect_ratio": "2:1",
            "detail_level": "high",
            "create_count": 1,
            "image_path_1": "upload/a.png",
            "image_path_2": "upload/b.png",
        },
    ),
}
