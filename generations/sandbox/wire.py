"""HTTP as the sandbox sees it: a request, a reply, and the ways a connection can die.

The standard library's threading server is chosen on purpose: every fault of a real network (reset,
silence, a body cut in the middle) needs the naked socket, which an application server hides.
"""

import json
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from generations.sandbox.store import dumps


@dataclass
class Request:
    method: str
    target: str  # as on the wire: some dialects refuse percent-encoding in a path
    headers: Message
    body: bytes
    origin: str  # the address by which the client reached us; links are built on it

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def header(self, name: str) -> str:
        return str(self.headers.get(name, "")).strip()

    @property
    def content_type(self) -> str:
        return self.header("Content-Type").partition(";")[0].strip().lower()

    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object, or None when it is not one."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def parts(self) -> "dict[str, Part]":
        """The named parts of a multipart body."""
        boundary = self.header("Content-Type").partition("boundary=")[2].split(";")[0].strip('" ')
        if not boundary:
            return {}
        found = {}
        for piece in (b"\r\n" + self.body).split(b"\r\n--" + boundary.encode())[1:]:
            head, separator, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            if separator:
                part = Part.read(head.decode("utf-8", "replace"), content)
                found[part.name] = part
        return found


@dataclass
class Part:
    name: str
    file_name: str
    content_type: str
    content: bytes

    @classmethod
    def read(cls, head: str, content: bytes) -> "Part":
        message = Message()
        for line in head.splitlines():
            header, _, value = line.partition(":")
            message[header.strip()] = value.strip()
        name = str(message.get_param("name", "", "content-disposition"))
        file_name = message.get_filename() or ""
        return cls(name, file_name, message.get_content_type(), content)


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    file: Path | None = None
    start: int = 0
    length: int = 0
    cut: bool = False  # send about half of the announced body, then drop the connection


def answer(status: int, data: Any) -> Reply:
    return Reply(status, dumps(data).encode())


def text(status: int, words: str, content_type: str = "text/plain; charset=utf-8") -> Reply:
    return Reply(status, words.encode(), content_type)


class Refused(Exception):
    """Stop here and give this answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Hangup(Exception):
    """Give no answer at all: the connection dies, by reset or by plain close."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how
