"""PixVerse's error codes as a closed table. Source: contract sheet pixverse, section 9."""

from __future__ import annotations

from ..faults import Fault
from ..types import Barred, Broken, Busy, Gone, Moderated, NoBalance, Refused, Uncertain

LAST_PAGE = "712008"  # named on the template list's page; stop paging
PICTURE = "PixVerse cannot use the picture"
FORGOTTEN = "PixVerse does not find what was named"
LONG = "PixVerse finds the text too long"
LOADED = "PixVerse is under high load"
UNSURE = "PixVerse had an error of its own, and whether the job exists is open"

CODES = (
    Fault(Refused, code="400011", ours="PixVerse misses something", seen="9"),
    Fault(Barred, code="400012", ours="PixVerse finds the account invalid", seen="9"),
    Fault(Refused, code="400013", ours="PixVerse finds a value of the wrong kind", seen="9"),
    Fault(Refused, code="400017", ours="PixVerse refuses an option", seen="9"),
    Fault(Refused, code="400018", ours=LONG, seen="9: prompt"),
    Fault(Refused, code="400019", ours=LONG, seen="9: negative prompt"),
    Fault(Refused, code="400032", ours=FORGOTTEN, field="image", seen="9"),
    Fault(Refused, code="500008", ours=FORGOTTEN, field="image", seen="9"),
    Fault(Broken, code="500020", ours="PixVerse does not permit this to the account", seen="9"),
    Fault(Refused, code="500030", ours=PICTURE, seen="9: larger than 20 MB or 10000 px"),
    Fault(Refused, code="500031", ours=PICTURE, seen="9: unreadable"),
    Fault(Refused, code="500032", ours=PICTURE, seen="9: format"),
    Fault(Refused, code="500033", ours=PICTURE, seen="9: width or height"),
    Fault(Busy, code="500041", ours="PixVerse could not take the picture", seen="9: retry"),
    Fault(Refused, code="500042", ours=PICTURE, seen="9: path"),
    Fault(Busy, code="500044", ours="too many clips at once", slots=True, seen="9, 8"),
    Fault(Moderated, code="500052", ours="PixVerse refuses the picture", seen="1, 9: HTTP 500"),
    Fault(Moderated, code="500054", ours="PixVerse refuses the picture", seen="9"),
    Fault(Refused, code="500060", ours="PixVerse's effects of this month are used up", seen="9"),
    Fault(Moderated, code="500063", ours="PixVerse refuses a file or the text", seen="9"),
    Fault(Refused, code="500064", ours="PixVerse has deleted what was named", seen="9"),
    Fault(Busy, code="500069", ours=LOADED, seen="9: retry, long back-off"),
    Fault(Refused, code="500070", ours="an effect is not activated", seen="9"),
    Fault(Refused, code="500071", ours="the effect has no such quality", seen="9"),
    Fault(Refused, code="701002", ours="PixVerse sees no clear subject in the picture", seen="9"),
    Fault(Refused, code="701003", ours="PixVerse sees no person in the video", seen="9"),
    Fault(NoBalance, code="500090", ours="too few credits at PixVerse", seen="9"),
    *(
        Fault(Barred, code=code, ours="PixVerse does not accept the key", seen="9: not in docs")
        for code in ("10001", "10002", "10003", "10004", "10005")
    ),
    Fault(Barred, words="invalid api-key", ours="PixVerse does not accept the key", seen="9"),
)

# Section 1: 401, 403 and 429 are not documented, only handled by the official MCP.
STATUSES = (
    Fault(Broken, 401, ours="PixVerse does not accept the key", seen="1"),
    Fault(Broken, 403, ours="PixVerse does not permit this to the key", seen="1"),
    Fault(Busy, 429, ours="PixVerse asks to slow down", seen="1"),
)

# The sheet says "retry" to these two, and infers that an ErrCode means no job. An error of their
# own after the request was taken in does not prove that, so a paying request is not repeated.
SUBMITTING = (
    *CODES,
    Fault(Uncertain, code="500100", ours=UNSURE, seen="9: database error"),
    Fault(Uncertain, code="99999", ours=UNSURE, seen="9: unknown error"),
    *STATUSES,
)
_FREE = (
    Fault(Busy, code="500100", ours="PixVerse had a database error", seen="9"),
    Fault(Busy, code="99999", ours="PixVerse had an unknown error", seen="9"),
)
UPLOADING = (*CODES, *_FREE, *STATUSES)
LOOKING = (
    Fault(Gone, code="500008", ours="PixVerse does not find the job", seen="9"),
    Fault(Gone, code="500064", ours="PixVerse has deleted the job", seen="9"),
    *CODES,
    *_FREE,
    *STATUSES,
    Fault(Gone, 404, ours="PixVerse does not find the job", seen="1: not documented"),
)


def family(code: str) -> tuple[Fault, ...]:
    """The sheet's rule for codes that are not listed: new ones appear with each feature.

    400xxx and 7xxxxx are about the input; of 500xxx the text is shown and nothing repeated.
    """
    if len(code) != 6 or not code.isdigit():
        return ()
    if code.startswith(("400", "7")):
        return (Fault(Refused, code=code, ours="PixVerse refuses this", seen="9: rule"),)
    if code.startswith("500"):
        return (Fault(Broken, code=code, ours="PixVerse says no, why is unknown", seen="9: rule"),)
    return ()
