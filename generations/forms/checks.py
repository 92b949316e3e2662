"""Why a brief cannot be sent whoever makes it, by field, in words that say what to do."""

from __future__ import annotations

from generations import lists
from generations.catalogue.types import Problem

from .asked import Asked
from .modes import UNSAID
from .values import label_of

CHOOSE = {
    "template": "Choose an effect first.",
    "restyle": "Choose a style, or write one.",
    "mask": "Find what can be swapped and choose it first.",
}


def check(asked: Asked) -> None:
    """Fill ``errors`` and ``missing``."""
    _check_prompt(asked)
    for slot in asked.menu.slots:
        given = asked.brief.of(slot.role)
        if len(given) < slot.minimum and slot.role not in asked.errors:
            asked.errors[slot.role] = slot.wanted
            asked.missing.add(slot.role)
    _check_voice(asked)
    chosen = [one for row in asked.entries.values() for one in lists.problems(row, asked.brief)]
    said = {"voice", "speech", "voice_track"} & set(asked.errors)
    for problem in (*chosen, *_common(asked)):
        if problem.field == "voice_track" and said:
            continue
        if problem.field not in asked.errors:
            asked.errors[problem.field] = _words(problem)
            if problem.field in CHOOSE:
                asked.missing.add(problem.field)


def _check_prompt(asked: Asked) -> None:
    menu, prompt = asked.menu, asked.brief.prompt
    over = len(prompt) - menu.prompt_max
    if not prompt and menu.prompt == "required":
        words = UNSAID.get(menu.operation, "Write what should happen in the clip.")
        asked.errors["prompt"] = words
        asked.missing.add("prompt")
    elif prompt and over > 0:
        asked.errors["prompt"] = (
            f"The prompt has {len(prompt):,} characters and {menu.prompt_max:,} can be sent. "
            f"Shorten it by {over:,}."
        )


def _check_voice(asked: Asked) -> None:
    """A voice track, or a voice and what it says."""
    pairs = [one.one_of for _, one in asked.menu.offered]
    if not pairs or not all(any("speech" in names for names in one) for one in pairs):
        return
    track, voice, speech = (asked.brief.has(one) for one in ("voice_track", "voice", "speech"))
    if track and (voice or speech):
        asked.errors["voice_track"] = "Take out the voice track, or the voice and what it says."
    elif not track and not (voice and speech):
        field = "voice" if speech else "speech"
        asked.errors[field] = (
            "Choose a voice first."
            if speech
            else "Write what the voice says."
            if voice
            else "Write what is said and choose a voice, or add a voice track."
        )
        asked.missing.add(field)


def _common(asked: Asked) -> list[Problem]:
    """What every offering has against the brief's words, files and ids; the first one's words.

    Values that only some of them take are not an error: the offers say who does.
    """
    menu = asked.menu
    roles = {slot.role for slot in menu.slots}
    ids = {name for name, one in menu.fields.items() if one.listed or name.startswith("mask")}
    ways = {name for name in menu.fields if name.startswith(("seconds_", "prompt_"))}
    ours = {"prompt"} | roles | ids | ways
    rows = [one.problems(asked.brief) for _, one in menu.offered]
    if len(asked.brief.of("frame")) < 2:
        ours -= ways
    if not rows:
        return []
    shared = set.intersection(*({one.field for one in row} for row in rows))
    return [one for one in rows[0] if one.field in shared & ours]


def _words(problem: Problem) -> str:
    if problem.field in CHOOSE and "needs" in problem.text:
        return CHOOSE[problem.field]
    text = problem.text
    if problem.text.startswith(("takes", "needs", "makes", "does")):
        text = f"{label_of(problem.field)}: nobody {text}" if "needs" not in text else text
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
