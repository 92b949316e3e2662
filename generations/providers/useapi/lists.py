"""useapi.net's lists of templates, voices, restyles and accounts, as rows of ours.

Source: contract sheet useapi, sections 2.11, 2.14, 2.15 and 2.19. The accounts come from the
scheduler, for the page of accounts holds their session tokens.
"""

from __future__ import annotations

from typing import Any

from ..faults import object_of, plain
from ..types import Broken, Entry, Request, Response

PAGE = 100
PATHS = {
    "templates": "/videos/effects/",  # those that make a video
    "image_templates": "/videos/effects/",  # and those that make a picture
    "voices": "/videos/voices/",
    "restyles": "/videos/restyles/",
    "accounts": "/scheduler/available/",
}
WHERE = {"voices": "tts_list", "accounts": "available"}
PAGED = ("templates", "image_templates", "restyles")


def page_of(name: str, page: int, email: dict[str, str]) -> Request | None:
    """The request for a page; voices and accounts are one page."""
    if name not in PATHS or (name not in PAGED and page > 1):
        return None
    params = {} if name == "accounts" else dict(email)
    if name in PAGED:
        params |= {"limit": str(PAGE), "offset": str((page - 1) * PAGE)}
    return Request("GET", PATHS[name], params=params)


def rows_of(name: str, response: Response) -> tuple[list[Entry], bool]:
    """The rows, and whether there may be more: a full page, and no more than one.

    A newer page of effects has lost its paging; a server without it gives all at once.
    """
    body = object_of(response) or {}
    rows = body.get(WHERE.get(name, "items"))
    if not isinstance(rows, list):
        raise Broken(f"useapi.net's answer is no list of {name}")
    wanted = [row for row in rows if isinstance(row, dict) and _is_for(name, row)]
    entries = [_READERS[name](row) for row in wanted]
    return [one for one in entries if one.id], name in PAGED and len(rows) == PAGE


def _is_for(name: str, row: dict[str, Any]) -> bool:
    makes_picture = plain(row.get("template_type")) == "2"
    return makes_picture is (name == "image_templates")


def _template(row: dict[str, Any]) -> Entry:
    images = plain(row.get("effect_type"))
    least = "2" if images in ("3", "4", "5") else images
    qualities = row.get("qualities")
    facts = {
        "images": images,
        "least_images": least,
        "qualities": ", ".join(map(plain, qualities)) if isinstance(qualities, list) else "",
        "seconds": plain(row.get("duration")),
        "model": plain(row.get("template_model")),
        "cost": _credits(row),
        "prompt": plain(row.get("display_prompt")),
    }
    told = {name: text for name, text in facts.items() if text}
    return Entry(plain(row.get("template_id")), _label(row), _first_link(row), told)


def _credits(row: dict[str, Any]) -> str:
    costs = [row.get("video_base_cost"), row.get("fixed_cost")]
    known = [one for one in costs if isinstance(one, int) and not isinstance(one, bool)]
    return str(sum(known)) if len(known) == 2 else ""


def _voice(row: dict[str, Any]) -> Entry:
    return Entry(plain(row.get("speaker_id")), _label(row), preview=_link(row.get("url")))


def _restyle(row: dict[str, Any]) -> Entry:
    prompt = plain(row.get("restyle_prompt"))
    preview = _link(row.get("thumbnail_url"))
    facts = {"prompt": prompt} if prompt else {}
    return Entry(plain(row.get("restyle_id")), _label(row), preview=preview, facts=facts)


def _account(row: dict[str, Any]) -> Entry:
    names = {"maxJobs": "jobs_at_once", "executing": "running", "available": "free"}
    facts = {ours: plain(row.get(theirs)) for theirs, ours in names.items()}
    email = plain(row.get("email"))
    return Entry(email, email, facts={name: text for name, text in facts.items() if text})


def _label(row: dict[str, Any]) -> str:
    return plain(row.get("display_name")) or "without a name"


def _link(value: object) -> str:
    """A sample of the sheet has a stray newline inside a link."""
    text = "".join(value.split()) if isinstance(value, str) else ""
    return text if text.startswith(("https://", "http://")) else ""


def _first_link(row: dict[str, Any]) -> str:
    """A template's preview: the name of its field is cut from the page."""
    return next((link for value in row.values() if (link := _link(value))), "")


_READERS = {
    "templates": _template,
    "image_templates": _template,
    "voices": _voice,
    "restyles": _restyle,
    "accounts": _account,
}
