"""Files that come with a form: how much of a body is read, and what was taken out of it.

Reading the CSRF token reads the whole body. So whoever takes files looks at its size, and at who
sends it, before that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from generations.access import Need, ProjectRequest, project_view
from generations.media.addresses import bring
from generations.media.errors import BadFile
from generations.media.uploads import store
from generations.models import Upload

FILE, ADDRESS = "file_", "address_"
# A refused body is read all the same, or the browser never sees our answer; within limits.
_DRAIN_BYTES, _DRAIN_S = 500_000_000, 30.0
# Files in one form, and what a body has beside them, at most.
MOST_FILES = 7
_ENVELOPE = 1_000_000

type View = Callable[..., HttpResponse]


def most_bytes() -> int:
    """The largest file that is taken at all."""
    return int(max(settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MEDIA_MAX_BYTES))


def takes_files(need: Need) -> Callable[[View], View]:
    """For a view of a project whose form may bring files, in place of ``project_view``.

    A file that is too large is passed over while it comes, so that the rest of the form, which
    somebody typed, is still read.
    """

    def decorate(view: View) -> View:
        guarded = csrf_protect(view)

        @project_view(need)
        def inside(request: ProjectRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            length = request.META.get("CONTENT_LENGTH") or "0"
            if not length.isdecimal() or int(length) > MOST_FILES * most_bytes() + _ENVELOPE:
                drain(request, length)
                said = "These files are too large together. Go back, and add them one by one."
                return render(request, "studio/too_large.html", {"said": said}, status=413)
            if request.method == "POST":
                request.upload_handlers.insert(0, _Bounded(request))
            return guarded(request, *args, **kwargs)

        @csrf_exempt
        @wraps(view)
        def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return inside(request, *args, **kwargs)

        return outer

    return decorate


class _Bounded(FileUploadHandler):
    """Passes over a file as soon as it is larger than any that is taken, and remembers it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.so_far = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.so_far += len(raw_data)
        if self.so_far > most_bytes():
            passed = vars(self.request).setdefault("passed_over", [])
            passed.append((self.field_name, self.file_name or "The file"))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps it."""


class Came:
    """What a form brought: ``values`` as typed, the files ``added``, and what was ``refused``."""

    def __init__(self, request: ProjectRequest) -> None:
        self.request = request
        self.added: list[Upload] = []
        self.refused: dict[str, str] = {}
        try:
            self.values = request.POST.dict()
            files = [(name, one) for name, some in request.FILES.lists() for one in some]
        except (MultiPartParserError, UnicodeError):
            self.values, files = {}, []
        tokens = [self.values.get("put", "")]
        tokens += list(self._files(files))
        tokens += list(self._addresses())
        self.values["put"] = " ".join(filter(None, tokens))

    def _files(self, files: list[tuple[str, Any]]) -> Iterator[str]:
        for name, text in vars(self.request).get("passed_over", ()):
            said = f"{text} is too large: at most {most_bytes() / 1e6:g} MB are taken."
            self.refused[name.removeprefix(FILE)] = f"{said} Make it smaller."
        for name, file in files[:MOST_FILES]:
            role = name.removeprefix(FILE)
            if role == name or not isinstance(file, UploadedFile):
                continue
            try:
                yield self._token(role, store(self._project, self._user, file.name or "", file))
            except BadFile as bad:
                self.refused[role] = bad.text

    def _addresses(self) -> Iterator[str]:
        # With JavaScript the page asks for each address by itself, and shows how it goes.
        if self.request.headers.get("HX-Request") == "true":
            return
        told = [(name, text) for name, text in self.values.items() if name.startswith(ADDRESS)]
        for name, text in [one for one in told if one[1].strip()][:MOST_FILES]:
            role = name.removeprefix(ADDRESS)
            try:
                yield self._token(role, bring(self._project, self._user, text))
            except BadFile as bad:
                self.refused[role] = bad.text
            else:
                self.values[name] = ""

    @property
    def _project(self) -> Any:
        return self.request.project

    @property
    def _user(self) -> Any:
        return self.request.user

    def _token(self, role: str, row: Upload) -> str:
        self.added.append(row)
        return f"upload:{row.uuid}/{role}"


def drain(request: HttpRequest, length: str) -> None:
    """Read a refused body to its end, unless that takes too long: then the connection breaks."""
    if not length.isdecimal() or int(length) > _DRAIN_BYTES:
        return
    end = time.monotonic() + _DRAIN_S
    with suppress(OSError):
        while time.monotonic() < end and request.read(1_000_000):
            pass
