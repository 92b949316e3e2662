"""WorldRouter's errors: its own in words, PixVerse's in numbers behind it.

Source: contract sheet worldrouter, section 1; the numbers are those of PixVerse, section 9.
"""

from __future__ import annotations

from ..faults import Fault
from ..pixverse import faults as upstream
from ..types import Broken, Busy, Gone, NoBalance, Refused

FOREIGN = "media_resource_access_denied"
POOR = "too few credits at WorldRouter"
LARGE = "WorldRouter finds the file too large"
FULL = "too many clips at once"
THEIRS = "WorldRouter's own account at PixVerse has a problem"

NAMED = (
    Fault(Refused, code="unsupported_model", ours="WorldRouter has no such model", seen="1"),
    Fault(NoBalance, code="pixverse_balance_too_low", ours=POOR, seen="1"),
    Fault(Busy, code="pixverse_too_many_pending_tasks", ours=FULL, slots=True, seen="1"),
    Fault(Refused, code="413001", ours=LARGE, seen="1, 5"),
)

# What PixVerse says of an account is said of WorldRouter's, not of the team's: nothing that the
# team could pay or mend. Its own door is described by the names above.
UPSTREAM = (
    *(
        Fault(Broken, code=code, ours=THEIRS, seen="pixverse 9")
        for code in ("500090", "400012", "500020", "10001", "10002", "10003", "10004", "10005")
    ),
    *upstream.CODES,
)

# 402, 413 and 429 mean what their only documented names mean, whatever the body looks like: its
# shape on these routes was never printed. 401 is not described; 403 without its name is a door.
STATUSES = (
    Fault(Broken, 401, ours="WorldRouter does not accept the key", seen="1"),
    Fault(NoBalance, 402, ours=POOR, seen="1"),
    Fault(Broken, 403, ours="WorldRouter does not permit this to the key", seen="1"),
    Fault(Refused, 413, ours=LARGE, seen="1, 5"),
    Fault(Busy, 429, ours=FULL, slots=True, seen="1, 9"),
)

_PICTURE = Fault(
    Refused, code=FOREIGN, ours="a file or clip belongs to another key", field="image", seen="1"
)
_VIDEO = Fault(Broken, code=FOREIGN, ours="the clip was made with another key", seen="1")
_OPEN = tuple(row for row in upstream.SUBMITTING if row.code in ("500100", "99999"))
_FREE = tuple(row for row in upstream.UPLOADING if row.code in ("500100", "99999"))

SUBMITTING = (*NAMED, _PICTURE, *UPSTREAM, *_OPEN, *STATUSES)
UPLOADING = (*NAMED, _PICTURE, *UPSTREAM, *_FREE, *STATUSES)
LOOKING = (
    *NAMED,
    _VIDEO,
    Fault(Gone, code="500008", ours="PixVerse does not find the job", seen="pixverse 9"),
    Fault(Gone, code="500064", ours="PixVerse has deleted the job", seen="pixverse 9"),
    *UPSTREAM,
    *_FREE,
    *STATUSES,
    Fault(Gone, 404, ours="WorldRouter does not find the job", seen="1: unknown"),
)
PROBING = (
    *STATUSES,
    Fault(Broken, 404, ours="the base URL is wrong: it ends before /openapi", seen="11.15"),
    *(row for row in LOOKING if row.error is not Gone),
)
