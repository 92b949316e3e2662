"""Image and media upload with the platform's checks."""

from generations.sandbox.dialects.native import MEDIA_MIME, fault, media_trouble
from generations.sandbox.fetching import Picture, Unfetched, Unreadable, fetch, look
from generations.sandbox.money import Account
from generations.sandbox.probing import Unplayable, probe
from generations.sandbox.shelf import Shelf, Upload
from generations.sandbox.wire import Refused, Request, answer

MEGABYTES_20 = 20 * 1024 * 1024
SIDE = 10_000
FORMATS = ("JPEG", "PNG", "WEBP")
MIME = ("image/jpeg", "image/jpg", "image/png", "image/webp")


def take(shelf: Shelf, account: Account, request: Request) -> Upload:
    """The picture of a multipart body, by file or by address; raises Refused."""
    name, content_type, content = _given(request, "image", "image_url")
    if content_type not in MIME:
        raise Refused(fault(500032, content_type))
    return shelf.keep(account.provider, account.key, name, checked(content))


def take_media(shelf: Shelf, account: Account, request: Request) -> Upload:
    """The video or audio of a multipart body; raises Refused."""
    name, content_type, content = _given(request, "file", "file_url")
    if content_type not in MEDIA_MIME:
        raise Refused(fault(500032, content_type))
    try:
        film = probe(content)
    except Unplayable as trouble:
        raise Refused(fault(500031)) from trouble
    if found := media_trouble(film, len(content)):
        raise Refused(fault(*found))
    return shelf.keep_film(account.provider, account.key, name, content, film, content_type)


def _given(request: Request, by_file: str, by_address: str) -> tuple[str, str, bytes]:
    """Name, type and bytes of what was handed in, as a file or by its address."""
    if request.content_type != "multipart/form-data":
        raise Refused(fault(400013, "multipart/form-data expected"))
    parts = request.parts()
    file, address = parts.get(by_file), parts.get(by_address)
    if (file is None) == (address is None):
        raise Refused(fault(400011, f"exactly one of {by_file} and {by_address}"))
    if strangers := sorted(parts.keys() - {by_file, by_address}):
        raise Refused(fault(400013, strangers[0]))
    if file is not None:
        name, content_type, content = file.file_name, file.content_type, file.content
        if not name:
            raise Refused(fault(500041, f"{by_file} must be a file with a name"))
    else:
        name = address.content.decode("utf-8", "replace") if address else ""
        try:
            content_type, content = fetch(name)
        except Unfetched as trouble:
            raise Refused(fault(500042, str(trouble))) from trouble
    if "[moderate" in name:
        # The one documented answer with HTTP 500 and a lower-case envelope.
        said = {"err_code": 500052, "err_msg": "image was refused by moderation", "resp": None}
        raise Refused(answer(500, said))
    return name, content_type, content


def checked(content: bytes) -> Picture:
    if len(content) >= MEGABYTES_20:
        raise Refused(fault(500030))
    try:
        picture = look(content)
    except Unreadable as trouble:
        raise Refused(fault(500031)) from trouble
    if picture.format not in FORMATS:
        raise Refused(fault(500032, picture.format))
    if max(picture.width, picture.height) > SIDE:
        raise Refused(fault(500030))
    return picture
