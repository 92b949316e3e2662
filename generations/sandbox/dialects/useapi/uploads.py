"""`POST /files`: raw bytes with their media type."""

from generations.sandbox.fetching import Unreadable, look
from generations.sandbox.money import Account
from generations.sandbox.probing import Unplayable, probe
from generations.sandbox.shelf import Shelf, Upload
from generations.sandbox.wire import Refused, Reply, Request, answer

IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
FILMS = {
    **dict.fromkeys(
        ("video/mp4", "video/quicktime", "video/3gpp", "video/x-matroska", "video/x-flv",
         "video/mpeg", "video/mp2t", "video/x-msvideo", "video/x-motion-jpeg", "video/webm",
         "video/ogg"), "video",
    ),
    **dict.fromkeys(("audio/wav", "audio/wave", "audio/mpeg"), "audio"),
}  # fmt: skip


def bad(words: str) -> Reply:
    return answer(400, {"error": words, "code": 400})


def take(shelf: Shelf, account: Account, request: Request) -> Reply:
    if request.content_type in FILMS:
        return _film(shelf, account, request)
    wanted = IMAGES.get(request.content_type)
    if wanted is None:
        return bad(f"Content-Type {request.content_type!r} is not supported")
    try:
        picture = look(request.body)
    except Unreadable:
        return bad("image could not be read")
    if picture.format != wanted:
        return bad(f"Content-Type says {wanted}, the file is {picture.format}")
    upload = shelf.keep(account.provider, account.key, "", picture)
    entry = {
        "id": upload.number,
        "url": f"{request.origin}/media/upload/{upload.name}",
        "path": f"upload/{upload.name}",
        "size": upload.size,
        "name": upload.name,
        "category": 0,
        "err_msg": "",
    }
    return answer(200, {"result": [entry]})


def _film(shelf: Shelf, account: Account, request: Request) -> Reply:
    kind = request.content_type
    try:
        film = probe(request.body)
    except Unplayable as trouble:
        return bad(str(trouble))
    if film.kind != FILMS[kind]:
        return bad(f"Content-Type says {FILMS[kind]}, the file is {film.kind}")
    upload = shelf.keep_film(account.provider, account.key, "", request.body, film, kind)
    url = f"{request.origin}/media/upload/{upload.name}"
    return answer(200, {"path": f"upload/{upload.name}", "url": url})


def find(shelf: Shelf, path: str, kind: str = "image") -> Upload:
    """Uploads are shared by all accounts, as the real ones are; raises Refused for none."""
    for upload in list(shelf.uploads.values()):
        if path == f"upload/{upload.name}" and upload.provider == "useapi" and upload.kind == kind:
            return upload
    raise Refused(answer(400, {"error": f"{kind} {path} not found"}))
