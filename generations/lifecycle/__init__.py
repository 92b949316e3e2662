"""The story of a generation: every change of state, with its money.

Each verb takes ids, reads the row again, makes one conditional move, and is harmless when run
0, 1 or N times. The network is never used inside a transaction.
"""

from .asking import cancel, priced, request
from .errors import AskedAlready, CannotCancel, CannotMake, CannotResolve, PriceChanged
from .finding import recover_selection, select
from .looking import LOOKED_AFTER, heal, hint, looked, overdue
from .resolving import resolve, resolve_selection
from .saving import archive, refetch
from .selecting import cancel_selection, request_selection, selection_offers, selection_on
from .sending import client_of, recover, submit
from .voice_making import make_voice, recover_voice
from .voices import CannotVoice, cancel_voice, request_voice, resolve_voice, withdraw_voice

__all__ = [
    "LOOKED_AFTER",
    "AskedAlready",
    "CannotCancel",
    "CannotMake",
    "CannotResolve",
    "CannotVoice",
    "PriceChanged",
    "archive",
    "cancel",
    "cancel_selection",
    "cancel_voice",
    "client_of",
    "heal",
    "hint",
    "looked",
    "make_voice",
    "overdue",
    "priced",
    "recover",
    "recover_selection",
    "recover_voice",
    "refetch",
    "request",
    "request_selection",
    "request_voice",
    "resolve",
    "resolve_selection",
    "resolve_voice",
    "select",
    "selection_offers",
    "selection_on",
    "submit",
    "withdraw_voice",
]
