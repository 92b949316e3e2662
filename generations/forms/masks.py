"""Choosing what to swap, step by step: a source, a frame of it, and what was found there.

All of it stands in the form: ``masks_frame`` and ``masks_at`` are the frame and the account to
look with, ``masks_selection`` what is being chosen from. What is chosen are the brief's own
options ``keyframe``, ``mask``, ``mask_2`` and ``mask_3``, beside ``at_mask``, who found them.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils import timezone

from generations import lifecycle
from generations.catalogue.types import Input, Offer
from generations.media.frames import frame_count
from generations.models import Asset, Found, Project, Selection, Upload

from .files import File, files_of

PICKS = ("mask", "mask_2", "mask_3")
SOURCE = "in_source_1"
# A worker usually takes a selection up within this, in seconds.
SOON_S = 4
# The latest frame that anybody takes: 30 s at 60 a second.
LAST_FRAME = 1800


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that was found. ``place`` is its number in the prompt, -1 where it is not picked.

    ``number`` counts from 1, as the pictures do.
    """

    id: str
    label: str
    number: int
    has_picture: bool
    place: int

    @property
    def picked(self) -> bool:
        return self.place >= 0


@dataclass(frozen=True, slots=True)
class Step:
    """``stage``: source (there is none yet), frame, wait or pick. ``last`` did not end well."""

    stage: str
    operation: str
    most: int
    file: File | None = None
    frames: int = 0
    frame: int = 1
    offers: tuple[Offer, ...] = ()
    chosen: Offer | None = None
    selection: Selection | None = None
    last: Selection | None = None
    before: tuple[Selection, ...] = ()
    masks: tuple[Shown, ...] = ()
    token: uuid.UUID | None = None
    again: bool = False
    cleared: bool = False
    trouble: str = ""

    @property
    def waits(self) -> bool:
        return self.selection is not None and waits(self.selection)

    @property
    def picked(self) -> list[Shown]:
        return sorted((one for one in self.masks if one.picked), key=lambda one: one.place)

    @property
    def full(self) -> bool:
        return self.most > 1 and len(self.picked) == self.most


def step(
    project: Project, operation: str, most: int, values: Mapping[str, str], trouble: str = ""
) -> Step:
    """Where the choice stands, from what the form says and what was found before."""
    file = source_of(project, values)
    typed = [values[name] for name in PICKS if values.get(name)]
    if file is None:
        return Step("source", operation, most, cleared=bool(typed), trouble=trouble)
    source = file.as_input("source")
    again = bool(values.get("masks_again"))
    found = _mine(project, source, values, again=again)
    if found is not None and found.is_under_way:
        waiting = _waiting(operation, most, file, found, cleared=bool(typed))
        return replace(waiting, trouble=trouble)
    if found is not None and found.is_good:
        return _picking(operation, most, file, found, values, trouble)
    frame = _number(values.get("masks_frame") or values.get("keyframe", ""))
    if found is not None and not values.get("masks_frame"):
        frame = found.keyframe
    return _framing(project, operation, most, file, frame, values, found, trouble)


def source_of(project: Project, values: Mapping[str, str]) -> File | None:
    """The video that the form has as its source."""
    token = values.get(SOURCE, "")
    found = files_of(project, [token]).get(token) if token else None
    return found if found and found.kind == "video" else None


def asked_for(values: Mapping[str, str]) -> tuple[str, int, int | None, uuid.UUID | None]:
    """Account, frame, the price that was seen, and the press: what the button sends."""
    at = values.get("masks_at", "")
    seen = values.get(f"masks_seen_{at}", "")
    known = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None
    return at, _number(values.get("masks_frame", "")), known, key_of(values.get("masks_token", ""))


def waits(selection: Selection) -> bool:
    """Has nobody begun with it for a while? Then the account is busy, or paused."""
    age = (timezone.now() - selection.created_at).total_seconds()
    return selection.state == Found.QUEUED and age > SOON_S


def pick(values: Mapping[str, str], selection: Selection, mask: str, most: int) -> dict[str, str]:
    """The brief's values after a press on one mask: chosen, or taken back."""
    same = values.get("keyframe") == str(selection.keyframe)
    here = same and values.get("at_mask") == str(selection.account.uuid)
    chosen = [values[name] for name in PICKS if here and values.get(name)]
    if mask in chosen:
        chosen.remove(mask)
    elif most == 1:
        chosen = [mask]
    elif len(chosen) < most:
        chosen.append(mask)
    return chosen_as(selection if chosen else None, chosen)


def chosen_as(selection: Selection | None, chosen: list[str]) -> dict[str, str]:
    """How a choice stands in the form; nothing is chosen where there is no selection."""
    values = dict.fromkeys(("keyframe", "at_mask", *PICKS), "")
    if selection is not None:
        values |= {"keyframe": str(selection.keyframe), "at_mask": str(selection.account.uuid)}
        values |= dict(zip(PICKS, chosen, strict=False))
    return values


def key_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _mine(
    project: Project, source: Input, values: Mapping[str, str], *, again: bool
) -> Selection | None:
    """The selection that the form is about: told by name, or by the masks that it has.

    With neither the newest on this source that is of use, else the newest that went wrong.
    """
    rows = Selection.objects.of(source).filter(project=project)
    rows = rows.select_related("account", "project__team", "user")
    if key := key_of(values.get("masks_selection", "")):
        if told := rows.filter(uuid=key).first():
            return told
    elif again:
        return None
    if values.get("mask") and (at := key_of(values.get("at_mask", ""))):
        frame = _number(values.get("keyframe", ""))
        if told := rows.filter(account__uuid=at, keyframe=frame, state=Found.DONE).first():
            return told
    newest = list(rows[:8])
    useful = (one for one in newest if one.is_under_way or one.is_good)
    return next(useful, newest[0] if newest else None)


def _waiting(operation: str, most: int, file: File, found: Selection, *, cleared: bool) -> Step:
    frames = _frames(found.project, file)
    return Step(
        "wait", operation, most, file, frames, found.keyframe, selection=found, cleared=cleared
    )


def _picking(
    operation: str,
    most: int,
    file: File,
    found: Selection,
    values: Mapping[str, str],
    trouble: str,
) -> Step:
    typed = [values[name] for name in PICKS if values.get(name)]
    told = chosen_as(found, typed[:most])
    ours = all(values.get(name, "") == told[name] for name in ("keyframe", "at_mask"))
    chosen = typed[:most] if ours and found.has(*typed) else []
    labels = Counter(one["label"] for one in found.masks)
    return Step(
        "pick",
        operation,
        most,
        file,
        frame=found.keyframe,
        selection=found,
        masks=tuple(
            Shown(
                one["id"],
                _label(one["label"], number, alone=labels[one["label"]] == 1),
                number,
                bool(one["picture"]),
                chosen.index(one["id"]) if one["id"] in chosen else -1,
            )
            for number, one in enumerate(found.masks, 1)
        ),
        cleared=bool(typed) and len(chosen) < len(typed),
        trouble=trouble,
    )


def _framing(
    project: Project,
    operation: str,
    most: int,
    file: File,
    frame: int,
    values: Mapping[str, str],
    last: Selection | None,
    trouble: str,
) -> Step:
    source = file.as_input("source")
    frames = _frames(project, file)
    frame = min(max(frame, 1), frames)
    offers = tuple(lifecycle.selection_offers(project, source, frame))
    able = [one for one in offers if one.can]
    at = values.get("masks_at") or (str(last.account.uuid) if last else "")
    good = Selection.objects.of(source).filter(project=project, state=Found.DONE)
    return Step(
        "frame",
        operation,
        most,
        file,
        frames,
        frame,
        offers=offers,
        chosen=next((one for one in able if one.terms.account == at), next(iter(able), None)),
        last=last,
        before=tuple(one for one in good.select_related("account")[:6] if one.is_good),
        token=key_of(values.get("masks_token", "")) if trouble else uuid.uuid4(),
        again=bool(values.get("masks_again")),
        cleared=any(values.get(name) for name in PICKS),
        trouble=trouble,
    )


def _frames(project: Project, file: File) -> int:
    """Frames that can be chosen."""
    row: Upload | Asset | None
    if file.is_clip:
        row = Asset.objects.filter(generation__project=project, generation__uuid=file.uuid).first()
    else:
        row = Upload.objects.filter(project=project, uuid=file.uuid).first()
    counted = frame_count(row.file, row.digest, file.facts.ms) if row else 1
    return max(1, min(counted, LAST_FRAME))


def _label(text: str, number: int, *, alone: bool) -> str:
    label = text.replace("_", " ").strip().capitalize() or "Something"
    return label if alone else f"{label} {number}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1
