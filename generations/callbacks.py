"""What a webhook may do: be kept, and make us look sooner. It decides nothing by itself."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from generations import lifecycle
from generations.models import Attempt, CallbackReceipt, ProviderAccount
from generations.providers.types import Callback

KEPT = 20_000


def receive(
    account: ProviderAccount, callback: Callback, attempt: Attempt | None, body: str
) -> None:
    """Keep the receipt and make the generation due, in one transaction; repeats do nothing.

    ``attempt`` is the one whose signed address was called; without it the callback's own token
    or remote id is looked up within the account. One that contradicts what is known is ignored.
    """
    named = by_token(account, callback.token)
    owner = _by_remote_id(account, callback.remote_id)
    proven = attempt or named
    found = proven or owner
    if attempt and named and named != attempt:
        return
    if found and callback.remote_id and (owner or found) != found:
        return
    if found and found.remote_id and callback.remote_id not in ("", found.remote_id):
        return
    token = str(proven.token) if proven else callback.token
    with transaction.atomic():
        if _keep(account, callback, token, body) and found:
            _look(found, callback.remote_id, proven=proven is not None)


def _keep(account: ProviderAccount, callback: Callback, token: str, body: str) -> bool:
    """True if it is no repeat. The token stays: the reply may turn out to be lost later."""
    receipt = {
        "remote_id": callback.remote_id[:200],
        "token": token[:64],
        "word": callback.word[:60],
        "body": body[:KEPT],
    }
    _, fresh = CallbackReceipt.objects.get_or_create(
        account=account, event=callback.event[:200], defaults=receipt
    )
    return fresh


def by_token(account: ProviderAccount, token: str) -> Attempt | None:
    """The account's attempt with this token of ours."""
    try:
        return account.attempts.filter(token=UUID(token)).first() if token else None
    except ValueError:
        return None


def _by_remote_id(account: ProviderAccount, remote_id: str) -> Attempt | None:
    return account.attempts.filter(remote_id=remote_id).first() if remote_id else None


def _look(attempt: Attempt, remote_id: str, *, proven: bool) -> None:
    """Look now. A lost remote id is taken from it only where a token proves whose it is."""
    if remote_id and not attempt.remote_id and proven:
        lifecycle.heal(attempt, remote_id)
    lifecycle.hint(attempt.generation_id)
