"""Reads the data files ``generations/providers/<id>/catalogue.toml`` into frozen types, once.

The schema, by example (a word that is not listed here is refused, so a slip does not pass):

    id = "pixazo"                         # same as the folder
    name = "Pixazo"
    base_url = "https://…"                # documented default
    unit = "USD"                          # what the provider counts in; "USD" needs no rate
    unit_label = "USD"                    # as shown beside an amount
    whole_units = true                    # it takes no parts of one; left out: it does
    usd_per_unit = "1"                    # left out: not published, the team enters a dated rate
    docs_url = "https://…"
    read_by = "Ada Lovelace"              # who checked its prices; left out: PixStudio's authors
    concurrency = 5                       # jobs at once until the account's own limit is set
    has_balance = false
    has_callback = true

    [policy]                              # yes | no | unknown
    charged_on_failure = "unknown"
    charged_on_moderation = "unknown"
    source = "contract sheet pixazo, section 3"

    [pace]                                # seconds
    typical = 60
    refresh = 5                           # polling faster shows nothing new
    longest = 900                         # after this the outcome is uncertain
    link_life = 86400                     # left out: unknown
    off_peak_typical = 86400              # likewise refresh and longest; left out: as any job

    [image]
    form = "link"                         # upload | link | data_uri
    mimes = ["image/jpeg", "image/png", "image/webp"]
    max_bytes = 20000000
    max_side = 10000
    handle_life = 86400                   # left out: unknown
    source = "…"

    [video]                               # likewise, and [audio]; max_seconds instead of max_side
    form = "upload"
    by_id = ["source"]                    # roles in which its own clip is told by its id

    [[setting]]                           # what an account needs beside its key
    name = "email"
    label = "Account e-mail"
    help = "…"
    required = false
    secret = false

    [[offering]]
    operations = ["image_to_video"]
    models = { "v6" = "pixverse-v6" }     # our name = the provider's
    prompt_max = 2048
    prompt = "required"                   # required | optional | none
    note = ""
    inputs = [                            # left out: one image for image_to_video, else none
        { role = "first_frame", kind = "image" },
        { role = "reference", kind = "image", minimum = 1, maximum = 7, named = true,
          types = ["subject", "background"], name_bytes = 30,
          spoken = "@image{n}" },        # what @name in a prompt is there; left out: @name
        { role = "source", kind = "video", own = true,     # only a clip that was made there
          made_by = ["v6"],              # and by these models
          codecs = ["h264", "hevc"] },   # and only in these, as FFmpeg names them
        { role = "motion", kind = "video", min_seconds = 1, max_seconds = 30,
          max_bytes = 50000000, max_side = 1920 },         # total_seconds: of all in the role
        { role = "voice_track", kind = "audio", mimes = ["audio/mpeg"] },   # fewer than [audio]
    ]
    one_of = [["restyle", "prompt"]]      # of these roles or options exactly one; of one: that
    together = [["keyframe", "mask"]]     # all or none
    counted = { img = "image" }           # @img0 in the prompt is the first image
    total = [1, 30]                       # of all seconds_n, one for each way between frames
    implied = { audio = false }           # true without being told
    forbidden = [ { quality = ["1080p"], duration = [10] } ]
    [offering.options]
    duration = { values = [1, 2, 3], default = 3 }   # or { range = [1, 15], default = 5 }
    quality = { values = ["360p"], default = "360p" }
    audio = { values = [false, true], default = false }
    seed = { minimum = 0, maximum = 2147483647 }     # no default: optional
    negative_prompt = { max_length = 2048 }
    restyle = { listed = "restyles", whole = true }   # an id from a list at the provider

    [[price]]
    operations = ["text_to_video"]        # [] means all
    models = ["v6"]
    formula = "per_second"                # or per_clip, per_source_second, per_source_5_seconds,
                                          # per_15_bytes (of the option "speech")
    read_on = 2026-09-02
    source = "https://…"
    when = { preview = true, sound = false, duration = [6, 7] }   # left out: whatever else was
                                          # asked. Untold: off; true of a text: it is told
    [price.amount]                        # in the unit; numbers as text, never floats
    "360p" = { silent = "5", audio = "7" }           # or "360p" = "5" whatever the sound
    any = "4"                                        # the only one: whatever the quality
    # per_clip adds the duration: "360p" = { 5 = { silent = "35", audio = "80" }, 8 = "70" }

    [[unknown]]                           # a price that is not published, with the reason
    operations = []
    models = ["c1"]
    qualities = ["480p"]                  # left out: all
    when = { off_peak = true }            # as in a price
    reason = "…"
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from .types import (
    Charged,
    Formula,
    InputSpec,
    Media,
    MediaRules,
    Offering,
    Operation,
    Option,
    Pace,
    PriceRow,
    Provider,
    Setting,
    Unknown,
    When,
    conditions,
)

ROOMS = Path(__file__).parent.parent / "providers"
IDS = ("pixverse", "worldrouter", "pixazo", "easyrouter", "useapi")


class BadCatalogue(Exception):
    """A data file that cannot be read; the text names the file and the place."""


@cache
def providers() -> Mapping[str, Provider]:
    """All providers by id, in the order of the registry. Raises BadCatalogue."""
    return {one: load(ROOMS / one / "catalogue.toml") for one in IDS}


def load(path: Path) -> Provider:
    """Read one data file. Raises BadCatalogue."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        provider = _provider(data)
    except (OSError, KeyError, TypeError, ValueError, InvalidOperation) as trouble:
        raise BadCatalogue(f"{path.parent.name}/{path.name}: {trouble!r}") from trouble
    if provider.id != path.parent.name:
        raise BadCatalogue(f"{path}: id is {provider.id}")
    return provider


def _provider(data: dict[str, Any]) -> Provider:
    policy, pace = data.pop("policy"), data.pop("pace")
    rate = data.pop("usd_per_unit", None)
    offerings = tuple(one for row in data.pop("offering") for one in _offerings(row))
    prices = tuple(one for row in data.pop("price", []) for one in _prices(row, data["unit"]))
    return Provider(
        usd_per_unit=None if rate is None else Decimal(rate),
        charged_on_failure=Charged(policy.pop("charged_on_failure")),
        charged_on_moderation=Charged(policy.pop("charged_on_moderation")),
        policy_source=policy.pop("source"),
        pace=_pace(pace),
        media=_media(data),
        settings=tuple(Setting(**row) for row in data.pop("setting", [])),
        offerings=offerings,
        prices=prices,
        unknown=tuple(one for row in data.pop("unknown", []) for one in _unknown(row)),
        **data,
    )


def _pace(row: dict[str, Any]) -> Pace:
    life = row.pop("link_life", None)
    return Pace(link_life_s=life, **{f"{name}_s": float(value) for name, value in row.items()})


def _media(data: dict[str, Any]) -> dict[str, MediaRules]:
    """The tables [image], [video] and [audio]."""
    found: dict[str, MediaRules] = {}
    for kind in Media:
        if kind.value in data:
            row = data.pop(kind.value)
            mimes, life = tuple(row.pop("mimes")), row.pop("handle_life", None)
            by_id = tuple(row.pop("by_id", ()))
            found[kind.value] = MediaRules(mimes=mimes, handle_life_s=life, by_id=by_id, **row)
    return found


def _offerings(row: dict[str, Any]) -> Iterator[Offering]:
    options = {name: _option(name, spec) for name, spec in row.pop("options").items()}
    forbidden = tuple(
        {name: tuple(values) for name, values in rule.items()} for rule in row.pop("forbidden", [])
    )
    operations, models = row.pop("operations"), row.pop("models")
    one_of = tuple(tuple(names) for names in row.pop("one_of", []))
    together = tuple(tuple(names) for names in row.pop("together", []))
    low_high = row.pop("total", None)
    specs = row.pop("inputs", None)
    for operation in operations:
        for model, remote in models.items():
            yield Offering(
                inputs=_inputs(operation, specs),
                one_of=one_of,
                together=together,
                total=None if low_high is None else (low_high[0], low_high[1]),
                operation=Operation(operation).value,
                model=model,
                remote_model=remote,
                options=options,
                forbidden=forbidden,
                **row,
            )


def _inputs(operation: str, specs: list[dict[str, Any]] | None) -> tuple[InputSpec, ...]:
    if specs is None:
        wants = operation == Operation.IMAGE_TO_VIDEO
        return (InputSpec("image", Media.IMAGE.value),) if wants else ()
    return tuple(_input(dict(row)) for row in specs)


def _input(row: dict[str, Any]) -> InputSpec:
    return InputSpec(
        kind=Media(row.pop("kind", "image")).value,
        types=tuple(row.pop("types", ())),
        mimes=tuple(row.pop("mimes", ())),
        made_by=tuple(row.pop("made_by", ())),
        codecs=tuple(row.pop("codecs", ())),
        **row,
    )


def _option(name: str, spec: dict[str, Any]) -> Option:
    values = tuple(spec.pop("values", ()))
    if "range" in spec:
        low, high = spec.pop("range")
        values = tuple(range(low, high + 1))
    option = Option(name=name, values=values, **spec)
    if option.default is not None and option.problem(option.default):
        raise ValueError(f"{name}: its default {option.default!r} is not allowed")
    return option


def _prices(row: dict[str, Any], unit: str) -> Iterator[PriceRow]:
    operations, models = row.pop("operations") or [""], row.pop("models") or [""]
    formula, table = Formula(row.pop("formula")), row.pop("amount")
    read_on, source, when = row.pop("read_on"), row.pop("source"), _when(row)
    if row or not isinstance(read_on, dt.date):
        raise ValueError(f"price: bad words {sorted(row)} or date {read_on!r}")
    for operation in operations:
        for model in models:
            for quality, duration, audio, amount in _cells(table):
                yield PriceRow(
                    operation=operation,
                    model=model,
                    formula=formula,
                    amount=_amount(amount),
                    unit=unit,
                    quality=quality,
                    audio=audio,
                    duration=duration,
                    read_on=read_on,
                    source=source,
                    when=when,
                )


def _when(row: dict[str, Any]) -> When:
    return conditions(row.pop("when", {}))


def _cells(table: dict[str, Any]) -> Iterator[tuple[str | None, int | None, bool | None, str]]:
    for word, cell in table.items():
        quality = None if word == "any" else word
        by_duration = isinstance(cell, dict) and all(key.isdigit() for key in cell)
        rows = cell.items() if by_duration else [(None, cell)]
        for duration, value in rows:
            seconds = None if duration is None else int(duration)
            if isinstance(value, dict):
                for sound, amount in value.items():
                    yield quality, seconds, {"silent": False, "audio": True}[sound], amount
            else:
                yield quality, seconds, None, value


def _amount(text: Any) -> Decimal:
    if not isinstance(text, str):
        raise TypeError(f"amount {text!r} must be written as text, for no float may hold money")
    amount = Decimal(text)
    if amount < 0:
        raise ValueError(f"amount {text} is negative")
    return amount


def _unknown(row: dict[str, Any]) -> Iterator[Unknown]:
    reason, qualities, when = row.pop("reason"), row.pop("qualities", [None]), _when(row)
    operations, models = row.pop("operations") or [""], row.pop("models") or [""]
    if row:
        raise ValueError(f"unknown: bad words {sorted(row)}")
    for operation in operations:
        for model in models:
            for quality in qualities:
                yield Unknown(operation, model, quality, reason, when)
