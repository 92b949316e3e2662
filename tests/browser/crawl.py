"""Every page that a person reaches by following links: one address for each address' name."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import requests
from django.urls import Resolver404, get_resolver

HREF = re.compile(r'<a\b[^>]*?\bhref="([^"#][^"]*)"')
MOST = 1200


def name_of(path: str) -> str:
    """The name of the address in our tables of addresses; empty for none."""
    try:
        return get_resolver().resolve(path).url_name or ""
    except Resolver404:
        return ""


def crawl(home: str, cookies: list[dict[str, str]], more: tuple[str, ...] = ()) -> dict[str, str]:
    """The first address of each name that answers with a page, from ``home`` and ``more`` on.

    Two addresses of a name are asked for at most: the first may lead elsewhere.
    """
    session = requests.Session()
    session.trust_env = False
    for one in cookies:
        session.cookies.set(one["name"], one["value"])
    host = urlsplit(home).netloc
    found: dict[str, str] = {}
    asked: dict[str, int] = {}
    waiting = [home, *more]
    for address in waiting:
        name = name_of(urlsplit(address).path)
        if not name or name in found or asked.get(name, 0) >= 2:
            continue
        asked[name] = asked.get(name, 0) + 1
        answer = session.get(address, timeout=30)
        if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        if "<!doctype html>" not in answer.text[:200].lower():
            continue
        found[name_of(urlsplit(answer.url).path) or name] = answer.url
        for link in HREF.findall(answer.text):
            target = urljoin(answer.url, unescape(link))
            if urlsplit(target).netloc == host and target not in waiting and len(waiting) < MOST:
                waiting.append(target)
    return found
