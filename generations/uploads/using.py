"""What uses an upload, and so keeps it from being deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from generations.models import (
    Asking,
    BudgetRequest,
    Found,
    Generation,
    Handle,
    Selection,
    Upload,
    UploadUse,
    Voice,
)

SHOWN = 50


@dataclass(slots=True)
class Uses:
    """``more``: there are results beyond those that are listed."""

    results: list[Generation] = field(default_factory=list)
    more: bool = False
    voices: list[Voice] = field(default_factory=list)
    selections: list[Selection] = field(default_factory=list)
    requests: list[BudgetRequest] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.results or self.voices or self.selections or self.requests)

    @property
    def said(self) -> str:
        """In few words, for a line that tells why a file stays."""
        counts = (
            (len(self.results), "result"),
            (len(self.voices), "voice"),
            (len(self.selections), "mask search"),
            (len(self.requests), "request for budget"),
        )
        parts = [_counted(number, word, more=self.more) for number, word in counts if number]
        return ", ".join(parts)


def of(upload: Upload) -> Uses:
    """Everything that uses one file, the newest results first. Seven queries at most."""
    return _with_rest([upload], {upload.pk: _results(upload)})[upload.pk]


def keeping(uploads: Sequence[Upload]) -> dict[int, Uses]:
    """The same of several, with counts that may end at the first: for bulk deletion."""
    rows = UploadUse.objects.filter(upload__in=uploads).select_related("generation")
    found: dict[int, Uses] = defaultdict(Uses)
    for one in rows[: SHOWN * max(len(uploads), 1)]:
        found[one.upload_id].results.append(one.generation)
    return _with_rest(uploads, found)


def _results(upload: Upload) -> Uses:
    # The keys alone first, in the order of an index: a file may be in thousands of results.
    uses = UploadUse.objects.filter(upload=upload).order_by("-generation_id")
    keys = list(uses.values_list("generation_id", flat=True)[: SHOWN + 1])
    rows = Generation.objects.filter(pk__in=keys[:SHOWN]).order_by("-pk")
    rows = rows.select_related("project", "asset", "user")
    return Uses(list(rows), more=len(keys) > SHOWN)


def _with_rest(uploads: Sequence[Upload], found: dict[int, Uses]) -> dict[int, Uses]:
    every: dict[int, Uses] = {one.pk: found.get(one.pk) or Uses() for one in uploads}
    by_uuid = {str(one.uuid): one.pk for one in uploads}
    projects = {one.project_id for one in uploads}
    for voice in Voice.objects.filter(upload__in=uploads).select_related("account"):
        every[voice.upload_id].voices.append(voice)
    for mask in _selections(projects, by_uuid):
        every[by_uuid[mask.source["upload"]]].selections.append(mask)
    waiting = BudgetRequest.objects.filter(project__in=projects, state=Asking.WAITING)
    for request in waiting.select_related("user"):
        for one in request.brief_json.get("inputs", []):
            if pk := by_uuid.get(one.get("upload", "")):
                every[pk].requests.append(request)
    return every


def _selections(projects: Iterable[int], by_uuid: dict[str, int]) -> list[Selection]:
    """Those that still count: under way, unclear, or with masks that can be chosen."""
    rows = Selection.objects.filter(project__in=projects, source__upload__in=list(by_uuid))
    rows = rows.exclude(state=Found.FAILED).select_related("account").order_by("-pk")
    alive = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    handles = Handle.objects.filter(alive, upload__uuid__in=list(by_uuid))
    known = set(handles.values_list("account", "form", "value"))
    return [one for one in rows[: SHOWN * len(by_uuid)] if _counts(one, known)]


def _counts(one: Selection, known: set[tuple[int, str, str]]) -> bool:
    """As ``Selection.is_good`` says of one by one: the account still knows the very file."""
    if one.state != Found.DONE or one.is_under_way:
        return True
    form, value = one.handle.get("form", ""), one.handle.get("value", "")
    return bool(one.masks) and (form == "remote_id" or (one.account_id, form, value) in known)


def _counted(number: int, word: str, *, more: bool) -> str:
    if word == "result" and more:
        return f"more than {number} results"
    plural = {"mask search": "mask searches", "request for budget": "requests for budget"}
    return f"1 {word}" if number == 1 else f"{number} {plural.get(word, f'{word}s')}"
