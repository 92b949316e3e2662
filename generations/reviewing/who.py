"""Who speaks: a member, or a guest of some name with a link."""

from __future__ import annotations

from dataclasses import dataclass

from accounts import notices
from accounts.models import User
from generations.models import Generation, GuestLink
from generations.titles import title


class NotNow(Exception):
    """It cannot be said of this result. ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Who:
    """``user`` for a member; ``guest`` and ``link`` for somebody without an account."""

    user: User | None = None
    guest: str = ""
    link: GuestLink | None = None

    @property
    def name(self) -> str:
        return str(self.user) if self.user else f"{self.guest} (guest)"

    @property
    def fields(self) -> dict[str, User | GuestLink | str | None]:
        """As the columns of a verdict or a remark."""
        return {"user": self.user, "guest": self.guest, "link": self.link}


def refuse_unfinished(row: Generation) -> None:
    """Raise NotNow for what is no finished result, or lies in the bin, or is archived."""
    if row.project.archived_at:
        raise NotNow("This project is archived. Restore it to review its results.")
    asset = getattr(row, "asset", None)
    if row.deleted_at and asset is not None and not asset.file:
        raise NotNow("Its file was removed: there is nothing left to review.")
    if row.deleted_at:
        raise NotNow("It is in the bin. Take it back to review it.")
    if asset is None:
        raise NotNow("There is no finished result to review yet.")


def tell_maker(row: Generation, who: Who, kind: str, key: str, did: str, url: str) -> None:
    """Tell whoever made the clip, and whoever gave a guest the link. In the transaction."""
    users = {row.user_id}
    if who.link:
        users.add(who.link.by_id)
    if who.user:
        users.discard(who.user.pk)
    if users:
        text = f"{who.name} {did}: {title(row)[:120]}"
        notices.tell(users, row.team, kind, key, text, url)
