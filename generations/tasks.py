"""What a worker runs. Each takes an id and calls one verb; all may run 0, 1 or N times."""

from __future__ import annotations

from accounts import notices
from generations import lifecycle, lists, queue
from generations.auditing import answers, balances, cases, masks, nightly, usage
from generations.budgets import alerts
from generations.dispatch import poller, watchdog
from generations.models import ProviderAccount
from generations.results import bin as bins


def submit(pk: int) -> None:
    watchdog.sign_of_life()
    lifecycle.submit(pk)


def archive(pk: int) -> None:
    watchdog.sign_of_life()
    lifecycle.archive(pk)


def select(pk: int) -> None:
    watchdog.sign_of_life()
    lifecycle.select(pk)
    masks.catch_up()


def voice(pk: int) -> None:
    watchdog.sign_of_life()
    lifecycle.make_voice(pk)


def read_list(pk: int) -> None:
    watchdog.sign_of_life()
    lists.read(pk)


def poll(_: int) -> None:
    watchdog.sign_of_life()
    poller.run()


def audit(_: int) -> None:
    watchdog.sign_of_life()
    cases.catch_up()
    masks.catch_up()
    if cases.behind():
        queue.ring("audit", 0)


def balance(pk: int) -> None:
    watchdog.sign_of_life()
    account = ProviderAccount.objects.get(pk=pk)
    if balances.read(account):
        answers.answer_open(account)
        usage.match_lately(account)


def check_books(after: int) -> None:
    watchdog.sign_of_life()
    following = nightly.piece(after)
    if following is None:
        queue.ring("check_sums", 0)
    else:
        queue.ring("check_books", following)


def check_sums(after: int) -> None:
    watchdog.sign_of_life()
    if (following := nightly.sums(after)) is not None:
        queue.ring("check_sums", following)


def tell(pk: int) -> None:
    watchdog.sign_of_life()
    alerts.mail(pk)


def notice(pk: int) -> None:
    watchdog.sign_of_life()
    notices.mail(pk)


def empty_bin(_: int) -> None:
    watchdog.sign_of_life()
    bins.empty(most=300)


def canary(_: int) -> None:
    watchdog.answer()
