"""What was typed, read into a Brief. Nothing typed is lost: ``values`` draws the form again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from generations import lists
from generations.catalogue.types import PICTURES, Brief, Input, Media, Option, Value
from generations.models import Generation, Project
from generations.templatetags.studio import model_name

from . import aside, inputs
from .asked import TAKES, Asked
from .checks import check
from .files import File, files_of, token_of
from .menu import Menu, menu_of, operations_of, roles_of, switched_on
from .modes import WORDS, home_of, mode_of, operation_of
from .values import Unreadable, label_of, nearest, read, shown, text_of

__all__ = ["TAKES", "Asked", "read_brief", "typed_of"]

# The model of features that have none of their own.
FEATURE = "pixverse"
WAY = re.compile(r"(?:seconds|prompt)_(\d)")


def read_brief(project: Project, typed: Mapping[str, str]) -> Asked:
    """Read a posted form, a draft or the start values.

    Three queries at most, and one for each id that was chosen from a provider's list.
    """
    values = {name: str(text)[:20_000] for name, text in typed.items()}
    values.pop("csrfmiddlewaretoken", None)
    providers = switched_on(project)
    held, puts = inputs.held_in(values), inputs.puts_in(values.pop("put", ""))
    inputs.act(held, values)
    tokens = [item.token for items in held.values() for item in items]
    files = files_of(project, [*tokens, *(one.token for one in puts)])
    offered = operations_of(providers)
    last = f"op_{values.get('mode', '')}"
    operation = operation_of(
        values.get("mode", ""), values.get("operation", ""), values.get(last, ""), offered
    )
    operation = _home(operation, offered, held, puts, files, _menu(providers, operation, values))
    found = _menu(providers, operation, values)
    aside.part(values, values.get("drawn", "").partition(":")[0], found.operation)
    asked = Asked(found, values, Brief(found.operation, found.model, ""), offered, held, files)
    _remember(asked)
    _note_model(asked)
    _note_lost(asked)
    _place(asked, puts)
    mode = mode_of(found.operation)
    values |= {"mode": mode, "operation": found.operation, "model": found.model}
    values[f"op_{mode}"] = found.operation
    for name in ("remove", "move"):
        values.pop(name, None)
    _whose(asked)
    asked.brief = _brief(asked)
    for name, option in found.fields.items():
        typed_id = values.get(name, "") if option.listed else ""
        if typed_id and (row := lists.entry(project.team, asked.at(name), option.listed, typed_id)):
            asked.entries[name] = row
    check(asked)
    return asked


def typed_of(generation: Generation) -> dict[str, str]:
    """A generation's brief as if somebody had typed it, for remix."""
    values = typed_as(generation.brief)
    values["remix_of"] = str(generation.uuid)
    if generation.prompt_version_id:
        values["prompt_version"] = str(generation.prompt_version_id)
    return values


def typed_as(brief: Brief) -> dict[str, str]:
    """A brief as the form would post it."""
    values = {name: text_of(value) for name, value in brief.options.items()}
    values |= {"operation": brief.operation, "model": brief.model, "prompt": brief.prompt}
    values |= {"at": brief.at} if brief.at else {}
    held: inputs.Held = {}
    for one in brief.inputs:
        item = inputs.Item(token_of(one), one.name or None, one.type)
        held.setdefault(one.role, []).append(item)
    inputs.write(values, held)
    return values


def _menu(providers: frozenset[str], operation: str, values: Mapping[str, str]) -> Menu:
    """The menu for the model told; in another form, for the one that was chosen last, if it can."""
    found = menu_of(providers, operation, values.get("model", ""))
    kept = values.get("kept_model", "")
    if _is_new(values, operation) and kept in found.models:
        return menu_of(providers, operation, kept)
    return found


def _is_new(values: Mapping[str, str], operation: str) -> bool:
    """Is the form drawn for another operation than before?"""
    return values.get("drawn", "").partition(":")[0] not in ("", operation)


def _home(
    operation: str,
    offered: frozenset[str],
    held: inputs.Held,
    puts: list[inputs.Put],
    files: Mapping[str, File],
    menu: Menu,
) -> str:
    """The operation for the files that were put: another where this one takes none of a kind."""
    known = [files[one.token].kind for one in puts if one.token in files]
    taken = {slot.kind for slot in menu.slots}
    strange = next((kind for kind in known if kind not in taken), "")
    if not strange:
        return operation
    here = [item.token for slot in menu.slots for item in held.get(slot.role, [])]
    others = {files[token].kind for token in here if token in files} | set(known) - {strange}
    return home_of(strange, others, offered) or operation


def _note_model(asked: Asked) -> None:
    values, menu = asked.values, asked.menu
    wanted = values.get("model", "")
    if not wanted or not menu.model or wanted == menu.model:
        return
    kept = values.pop("kept_model", "")
    if menu.model == kept:
        return
    values["kept_model"] = kept = kept or wanted
    # What has no models of its own (lip sync, upscale) takes the place of any; so do pictures.
    if FEATURE not in (kept, menu.model) and menu.operation not in PICTURES:
        operation, now = WORDS[menu.operation].lower(), model_name(menu.model)
        asked.notes.append(f"{model_name(kept)} is not offered for “{operation}”; {now} is chosen.")


def _remember(asked: Asked) -> None:
    """What another form could not have is told again where it can: model and values.

    ``want_quality`` is what was chosen before ``quality`` was replaced. It is forgotten when
    somebody chooses anew.
    """
    values, menu = asked.values, asked.menu
    operation, _, rest = values.get("drawn", "").partition(":")
    model = rest.partition(":")[0]
    if operation == menu.operation and model != values.get("model", ""):
        values.pop("kept_model", None)
    same = (operation, model) == (menu.operation, menu.model)
    for name, option in menu.fields.items():
        wanted = values.get(f"want_{name}", "")
        if not wanted:
            continue
        chosen = same and values.get(name, "") != text_of(nearest(option, wanted))
        told = any(text_of(one) == wanted for one in option.values)
        if told and not chosen:
            values[name] = wanted
        if told or chosen:
            del values[f"want_{name}"]


def _note_lost(asked: Asked) -> None:
    """Files that are gone: taken out of their slots, and said there."""
    for role, items in asked.held.items():
        there = [item for item in items if item.token in asked.files]
        if len(there) < len(items) and asked.menu.slot(role):
            kind = asked.menu.slot(role)
            what = kind.what.split(" ", 1)[1] if kind else "file"
            asked.errors[role] = f"That {what} is not in this project any more. Add it again."
        asked.held[role] = there


def _place(asked: Asked, puts: list[inputs.Put]) -> None:
    """Carry files along from the form before, put the new ones, name them, write them back."""
    held, slots, files = asked.held, asked.menu.slots, asked.files
    if _is_new(asked.values, asked.menu.operation):
        had = {one.value: asked.values.get(f"had_{one.value}", "") for one in Media}
        before = {kind: roles_of(operation) for kind, operation in had.items()}
        inputs.carry(held, before, slots, files)
    placed = inputs.put(held, puts, slots, files)
    inputs.name_all(held, slots, files)
    inputs.write(asked.values, held)
    for slot in slots:
        if held.get(slot.role):
            asked.values[f"had_{slot.kind}"] = asked.menu.operation
    for name in placed.left_out:
        asked.notes.append(f"There is no room for {name}: take another file out first.")
    for name in placed.strange:
        asked.notes.append(f"{name} cannot be used here. Choose another way to start.")


def _brief(asked: Asked) -> Brief:
    menu, values = asked.menu, asked.values
    options = _options(asked)
    given: list[Input] = []
    for slot in menu.slots:
        for item in asked.held.get(slot.role, [])[: slot.maximum]:
            name = (item.name or "") if slot.named else ""
            type = item.type if slot.types else ""
            given.append(asked.files[item.token].as_input(slot.role, name, type))
    prompt = values.get("prompt", "").replace("\r\n", "\n").strip()
    return replace(
        asked.brief,
        prompt="" if menu.prompt == "none" else prompt,
        options=options,
        inputs=tuple(given),
        at=_at(asked, options),
    )


def _whose(asked: Asked) -> None:
    """Whose ids these are is kept beside each: the next form may have ids of another's list."""
    fields, values = asked.menu.fields, asked.values
    if "mask" in fields:
        values["at"] = values["at_mask"] = values.get("at") or values.get("at_mask", "")
        return
    at = values.pop("at", "")
    for name, option in fields.items():
        if option.listed and at and values.get(name) and not values.get(f"at_{name}"):
            values[f"at_{name}"] = at


def _at(asked: Asked, options: Mapping[str, Value]) -> str:
    """Whose ids stand among the options."""
    fields = asked.menu.fields
    for name in options:
        if fields[name].listed or name == "mask":
            return asked.at(name)
    return ""


def _options(asked: Asked) -> dict[str, Value]:
    options: dict[str, Value] = {}
    frames = len(asked.held.get("frame", []))
    for name, option in asked.menu.fields.items():
        way = WAY.fullmatch(name)
        if way and int(way[1]) >= max(frames, 2):
            continue
        value = _option(asked, option, asked.values.get(name, ""))
        if value is not None:
            options[name] = value
    if "mask" not in options:
        for name in ("keyframe", "mask_2", "mask_3"):
            options.pop(name, None)
    return options


def _option(asked: Asked, option: Option, text: str) -> Value | None:
    if not text and option.name.startswith("seconds_"):
        text = asked.values[option.name] = text_of(option.default)
    try:
        value = read(option, text)
    except Unreadable as trouble:
        if not option.values:
            asked.errors[option.name] = str(trouble)
            return None
    else:
        # A switch that nobody must tell is off when it is not told; told, it would be refused
        # by whoever does not have it.
        return None if value is False and option.default is None else value
    value = nearest(option, text)
    asked.values[option.name] = text_of(value)
    if text and value is not None:
        asked.values.setdefault(f"want_{option.name}", text)
        model = model_name(asked.menu.model)
        was, now = _said(option.name, text), shown(option.name, value)
        label = label_of(option.name)
        asked.notes.append(f"{label} is {now} now: {model} does not offer {was}.")
    return value


def _said(name: str, text: str) -> str:
    if text in ("true", "false"):
        return {"true": "on", "false": "off"}[text]
    return shown(name, text[:30])
