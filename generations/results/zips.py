"""Results as one archive: what each file is called, and the table that says what each is."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from accounts.money import format_usd
from generations.media.kinds import ENDINGS
from generations.media.zips import Part, stream
from generations.models import Asset, Generation, Verdict
from generations.prompts.who import Reader

MOST = 200
MOST_BYTES = 20_000_000_000
MANIFEST = "manifest.csv"
# A spreadsheet takes a cell that begins so for a formula, and would run what somebody typed.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
HEAD = (
    "File",
    "Made",
    "Project",
    "Person",
    "Provider account",
    "Provider",
    "Model",
    "Operation",
    "Prompt",
    "Width",
    "Height",
    "Seconds",
    "Bytes",
    "SHA-256",
    "Star",
    "Rating",
    "Review",
    "Tags",
    "Charged (USD)",
    "Kind of money",
    "Address",
    "Note",
)


class TooMuch(Exception):
    """The sentence says how much there may be in one archive."""


def check(some: Sequence[Generation]) -> list[Generation]:
    """Those that have a file. Raises TooMuch, also where there is nothing at all."""
    if len(some) > MOST:
        raise TooMuch(
            f"One archive holds {MOST} results at most. Choose fewer, or load it in parts."
        )
    files = [one for one in some if file_of(one)]
    if not files:
        raise TooMuch("None of these has a file to be loaded. Choose results that are done.")
    if sum(one.asset.size for one in files) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000_000
        raise TooMuch(f"One archive holds {most} GB at most. Choose fewer, or load it in parts.")
    return files


def file_of(g: Generation) -> Asset | None:
    """Its file, unless there is none yet or it was removed from the bin."""
    asset: Asset | None = getattr(g, "asset", None)
    return asset if asset and asset.file.name else None


def archive(reader: Reader, some: Sequence[Generation], site: str) -> Iterator[bytes]:
    """The archive piece by piece. ``site`` begins the addresses in its table."""
    named = list(zip(_names(some), some, strict=True))
    parts = [
        Part(
            name,
            one.created_at,
            one.asset.size,
            partial(one.asset.file.storage.open, str(one.asset.file.name)),
        )
        for name, one in named
    ]

    def manifest(lost: frozenset[str]) -> tuple[str, bytes]:
        lines = [_line(reader, name, one, site, lost=name in lost) for name, one in named]
        return MANIFEST, _table(lines)

    return stream(parts, manifest)


def archive_name(reader: Reader) -> str:
    return f"{reader.member.team.slug}-results-{timezone.localtime():%Y-%m-%d-%H%M}.zip"


def _names(some: Sequence[Generation]) -> list[str]:
    """Date, project, first words of the prompt, model and a short id: no two are alike."""
    return [
        "-".join(
            filter(
                None,
                [
                    f"{timezone.localtime(one.created_at):%Y-%m-%d}",
                    slugify(one.project.name, allow_unicode=True)[:30].strip("-"),
                    slugify(one.prompt[:120] or one.operation, allow_unicode=True)[:50].strip("-"),
                    slugify(one.model.replace(".", "-")),
                    one.uuid.hex[:8],
                ],
            )
        )
        + f".{ENDINGS.get(one.asset.mime, 'mp4')}"
        for one in some
    ]


def _line(reader: Reader, name: str, g: Generation, site: str, *, lost: bool) -> list[Any]:
    asset, pays = g.asset, reader.pays_in
    sees = pays is None or g.project_id in pays
    charged = format_usd(g.charged_micros) if sees and g.charged_micros is not None else ""
    path = reverse("generation", args=[reader.member.team.slug, g.project.uuid, g.uuid])
    return [
        name,
        g.created_at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S"),
        g.project.name,
        str(g.user),
        g.account.name,
        g.account.provider,
        g.model,
        g.operation,
        g.prompt,
        asset.width,
        asset.height,
        f"{asset.duration_ms / 1000:.2f}",
        asset.size,
        asset.digest,
        "yes" if g.starred else "",
        g.rating or "",
        Verdict(g.review).label if g.review else "",
        ", ".join(sorted(one.name for one in g.tags.all())),
        charged.replace("$", ""),
        ("play" if g.play else "real") if charged else "",
        f"{site}{path}",
        "The file could not be read and is not in this archive." if lost else "",
    ]


def _table(lines: list[list[Any]]) -> bytes:
    """With a mark in front, so that Excel reads it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for line in lines:
        writer.writerow([_plain(value) for value in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value
