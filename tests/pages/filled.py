"""A form as a browser without scripts would post it: what is drawn is what is sent."""

from __future__ import annotations

from html.parser import HTMLParser


class Form(HTMLParser):
    """The successful controls of ``<form id="compose">``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.offered: dict[str, list[str]] = {}
        self._inside = False
        self._area = self._select = ""

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self._inside = told.get("id") == "compose"
        name = told.get("name")
        if not self._inside or "disabled" in told:
            return
        if tag == "option" and self._select:
            self.offered[self._select].append(told["value"])
            if "selected" in told or self._select not in self.values:
                self.values[self._select] = told["value"]
        elif tag == "select":
            self._select, self.offered[name] = name, []
        elif tag == "textarea":
            self._area, self.values[name] = name, ""
        elif tag == "input" and name and told.get("type") != "file":
            if told.get("type") in ("radio", "checkbox"):
                self.offered.setdefault(name, []).append(told["value"])
                if "checked" not in told:
                    return
            self.values[name] = told.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data):
        if self._area:
            self.values[self._area] += data


def form_of(page: str) -> Form:
    found = Form()
    found.feed(page)
    return found
