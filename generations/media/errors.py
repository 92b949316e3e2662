"""What can go wrong with a file; each text is written for the person who chose it."""

from __future__ import annotations


class BadFile(Exception):
    """The file cannot be used. ``text`` says why and what to do, and may be shown as it is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class FetchFailed(Exception):
    """A download did not arrive. ``text`` names the host at most, never a query or a key.

    ``retry``: the same link may work later. ``expired``: the link is dead (403, 404, 410), a new
    one must be asked for.
    """

    def __init__(self, text: str, *, retry: bool, expired: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.retry = retry
        self.expired = expired
