"""What a generation is called: its prompt, or, where it has none, what was made of what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.text import Truncator

from .models import Generation, Project, Upload

# The result of each operation, and the role whose file names it.
CALLED = {
    "text_to_video": ("Clip", ""),
    "image_to_video": ("Clip from", "image"),
    "template": ("Effect with", "image"),
    "transition": ("Transition from", "first_frame"),
    "multi_transition": ("Transition from", "frame"),
    "fusion": ("Combination with", "reference"),
    "extend": ("Continuation of", "source"),
    "modify": ("Change of", "source"),
    "restyle": ("Restyle of", "source"),
    "swap": ("Swap in", "source"),
    "motion_control": ("Motion of", "motion"),
    "lip_sync": ("Lip sync of", "source"),
    "sound_effect": ("Sound for", "source"),
    "upscale": ("Upscale of", "source"),
    "avatar": ("Talking picture of", "image"),
    "image": ("Picture", ""),
    "image_template": ("Picture effect with", "image"),
}
LONGEST = 160

type Names = Mapping[str, str]


def title(g: Generation, names: Names | None = None) -> str:
    """``names`` are those of the files that went in (``names_of``); looked up without them."""
    if g.prompt:
        return g.prompt
    data = g.brief_json
    what, role = CALLED.get(g.operation, (g.operation.replace("_", " ").capitalize(), ""))
    if names is None:
        names = names_of([g])
    given = next((one for one in data.get("inputs", ()) if one["role"] == role), None)
    if given is None:
        what = what.rpartition(" ")[0] or what
    else:
        called = names.get(given.get("clip") or given["upload"], "a file")
        what = f"{what} {called}"
    options = data.get("options", {})
    more = options.get("speech") or options.get("sound") or options.get("prompt_1")
    return Truncator(f"{what}: {more}" if more else what).chars(LONGEST)


def in_a_line(g: Generation) -> str:
    """What it is called where others are named in words, as in the list of changes."""
    return Truncator(" ".join(title(g).split())).chars(80)


def names_of(found: Iterable[Generation], *projects: Project) -> dict[str, str]:
    """The names of all files that went into those without a prompt. Two queries at most.

    Looked for in these projects, or, where none is named, in those of the generations.
    """
    bare = [one for one in found if not one.prompt]
    given = [each for one in bare for each in one.brief_json.get("inputs", ())]
    return _file_names(given, {one.pk for one in projects} or {one.project_id for one in bare})


def _file_names(given: Iterable[Mapping[str, Any]], projects: Collection[int]) -> dict[str, str]:
    """By the uuid of the upload or of the earlier generation, in projects by their keys."""
    clips = {one["clip"] for one in given if one.get("clip")}
    files = {one["upload"] for one in given if one.get("upload")}
    found: dict[str, str] = {}
    if files:
        rows = Upload.objects.filter(project__in=projects, uuid__in=files)
        found |= {str(key): name for key, name in rows.values_list("uuid", "name")}
    if clips:
        past = Generation.objects.filter(project__in=projects, uuid__in=clips)
        for key, prompt, operation in past.values_list("uuid", "prompt", "operation"):
            word = CALLED.get(operation, ("Clip",))[0].partition(" ")[0].lower()
            short = Truncator(prompt).chars(60)
            found[str(key)] = f"“{short}”" if prompt else f"an earlier {word}"
    return found
