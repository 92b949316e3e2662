"""A file by its address: fetched by us, behind the guard, and checked like any upload."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files import File

from accounts.models import User
from generations.models import Project, Upload

from .errors import BadFile, FetchFailed
from .fetch import fetch
from .storing import workplace
from .uploads import store

LONGEST = 2000
# A person waits for it, and a thread of the web server with him: seconds.
PATIENCE_S = 45.0


def bring(project: Project, user: User, address: str) -> Upload:
    """Fetch what stands at an address into the project's uploads. Uses the network.

    What it is, its content says, never the server that sends it. Raises BadFile.
    """
    address = address.strip()
    name = _name(address)
    with workplace() as place:
        path = place / "fetched"
        try:
            fetch(
                address,
                path,
                allow_private=settings.ALLOW_PRIVATE_ADDRESSES,
                max_bytes=max(settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MEDIA_MAX_BYTES),
                deadline_s=PATIENCE_S,
            )
        except FetchFailed as failed:
            raise BadFile(_words(failed)) from failed
        with path.open("rb") as file:
            return store(project, user, name, File(file, name))


def _name(address: str) -> str:
    """What its path ends in. Raises BadFile for what is no address."""
    if len(address) > LONGEST or not address.isprintable():
        raise BadFile("This address is too long or cannot be read. Download the file, and drop it.")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise BadFile("This is not an address. Paste one that begins with https://.")
    if parts.scheme != "https" and not settings.ALLOW_PRIVATE_ADDRESSES:
        raise BadFile("Only https addresses are fetched. Write https:// in front of it.")
    return PurePosixPath(unquote(parts.path)).name or host


def _words(failed: FetchFailed) -> str:
    """What happened, and what to do about it."""
    text = failed.text
    if failed.expired:
        return f"{text.rpartition(':')[0]}: there is no file that everybody may see. Check it."
    if failed.retry:
        return f"{text} Try again, or download the file and drop it here."
    return f"{text} Download the file and drop it here."
