"""Two to four results side by side."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import TeamRequest, team_view
from generations.reviewing import comparing


@require_GET
@team_view()
def compare(request: TeamRequest) -> HttpResponse:
    """``g`` once for each, of any project that one may see; those past the fourth are cut off."""
    keys = comparing.keys_in(request.GET.getlist("g"))
    sides = comparing.sides(request.membership, keys)
    videos = [one for one in sides if not one.is_picture]
    context = {
        "sides": sides,
        "enough": len(sides) > 1,
        "missing": min(len(keys), comparing.MOST) - len(sides),
        "cut": max(0, len(keys) - comparing.MOST),
        "rows": comparing.differences(sides) if len(sides) > 1 else (),
        "longest_ms": max((one.asset.duration_ms for one in videos), default=0),
        "plays": bool(videos),
    }
    return render(request, "reviews/compare.html", context)
