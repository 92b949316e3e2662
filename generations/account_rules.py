"""What a provider account must be: each rule names the field and says what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import Team
from generations.catalogue.loader import providers
from generations.catalogue.types import Provider
from generations.media.links import is_private_url
from generations.models import ProviderAccount
from generations.providers.urls import same_origin

MOST_JOBS = 1000
_NUMBER = re.compile(r"([1-9][0-9]{0,2}(,[0-9]{3}){1,9}|[0-9]{1,30})(\.[0-9]{1,30})?")
_DIGITS = 18  # what the database keeps of an amount, the decimals among them


class BadAccount(ValueError):
    """Something that was entered cannot be: ``field`` says which, the text what to do."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
        self.words = words


def known_provider(provider: str) -> Provider:
    found = providers().get(provider)
    if found is None:
        raise BadAccount("provider", f"Choose one of: {', '.join(providers())}.")
    return found


def check_name(team: Team, name: str, but: ProviderAccount | None = None) -> None:
    if not 1 <= len(name) <= 60:
        raise BadAccount("name", "Give the account a name of 1 to 60 characters.")
    others = team.provider_accounts.filter(name=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise BadAccount("name", f"Your team has an account named {name} already. Choose another.")


def check_base_url(url: str) -> None:
    """Raises BadAccount for what is no address, and for one that is private or not encrypted.

    Both are good where the sandbox is ours, or private addresses are allowed at all.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        parts, good = urlsplit(""), False
    if not good or len(url) > 300 or re.search(r"\s", url):
        words = "Write the whole address, such as https://api.example.com/v1."
        raise BadAccount("base_url", words)
    if parts.query or parts.fragment or "@" in parts.netloc:
        words = "Write the address without a question mark, # or @; the key has its own field."
        raise BadAccount("base_url", words)
    if settings.ALLOW_PRIVATE_ADDRESSES or on_sandbox(url):
        return
    if is_private_url(url):
        raise BadAccount(
            "base_url",
            "This address is on a private network or this machine, where only this set-up's own "
            "sandbox may be used. Enter the provider's public address.",
        )
    if parts.scheme != "https":
        words = "Write it with https://, or anybody on the way could read the key."
        raise BadAccount("base_url", words)


def on_sandbox(url: str) -> bool:
    """Has the address the origin of this set-up's sandbox?"""
    return bool(settings.SANDBOX_URL) and same_origin(url, settings.SANDBOX_URL)


def is_play(base_url: str) -> bool:
    """Only a sandbox lives on a private address or on the sandbox's origin: its money is play."""
    return on_sandbox(base_url) or is_private_url(base_url)


def check_key(key: str) -> None:
    """A key travels in a header, so it is one line of plain characters."""
    if not key:
        raise BadAccount("key", "Paste the key from the provider's console.")
    if not re.fullmatch(r"[!-~]{1,500}", key):
        raise BadAccount("key", "A key has no spaces or line breaks. Copy it again, alone.")


def check_settings(
    provider: Provider, extra: Mapping[str, str], secrets: Mapping[str, str]
) -> None:
    """The provider's further settings: each known, in its right place, the required ones given."""
    known = {one.name: one for one in provider.settings}
    for name in (*extra, *secrets):
        if name not in known:
            allowed = ", ".join(known) or "none"
            words = f"{provider.name} has no setting {name}. Known settings: {allowed}."
            raise BadAccount("extra", words)
        if known[name].secret != (name in secrets):
            raise BadAccount(f"setting_{name}", f"{known[name].label} is kept with the secrets.")
    for name, one in known.items():
        value = (secrets if one.secret else extra).get(name, "")
        if one.required and not value.strip():
            raise BadAccount(f"setting_{name}", f"{provider.name} needs this: {one.help}")


def check_numbers(concurrency: int, rate: Decimal | None) -> None:
    if not 1 <= concurrency <= MOST_JOBS:
        raise BadAccount("concurrency", f"Enter a whole number from 1 to {MOST_JOBS}.")
    if rate is not None and rate <= 0:
        raise BadAccount("rate", "Enter what one unit costs in USD, more than 0.")


def parse_amount(text: str, *, places: int, unit: str = "USD", below_zero: bool = False) -> Decimal:
    """An exact amount as people type it, and as pages print it: 16,000 or 0.25.

    A dollar sign belongs to dollars only. Raises ValueError with words for them.
    """
    text = text.strip()
    is_minus = text.startswith(("-", "\N{MINUS SIGN}"))
    bare = text[1:].strip() if is_minus else text
    if bare.startswith("$"):
        if unit != "USD":
            raise ValueError(f"This counts {unit}, not dollars. Enter how many, without the $.")
        bare = bare[1:].strip()
    if is_minus and not below_zero:
        raise ValueError("An amount cannot be negative.")
    if not _NUMBER.fullmatch(bare):
        words = "Write it with a point for the decimals" if "," in bare else "Write a plain number"
        raise ValueError(f"{words}, such as 16,000 or 0.25.")
    amount = Decimal(bare.replace(",", "")) * (-1 if is_minus else 1)
    if abs(amount) >= Decimal(10) ** (_DIGITS - places):
        raise ValueError("This amount is too large.")
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise ValueError(f"It can have {places} decimals at most.")
    return amount
