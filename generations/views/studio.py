"""The studio: compose, compare offers, generate; and the project's feed beside it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import ledger
from accounts.budgets import tightest
from accounts.models import Scope
from generations import faces, feed, lifecycle
from generations.access import Need, ProjectRequest, project_view
from generations.budgets import asking
from generations.catalogue.types import PICTURES
from generations.forms import fields, modes, zones
from generations.forms.brief import Asked, read_brief, typed_as, typed_of
from generations.forms.elsewhere import best_elsewhere
from generations.frame import by_htmx, remember_project
from generations.models import Generation, ProviderAccount
from generations.prompts.versions import counted_for
from generations.samples import has_only_samples

from .incoming import ADDRESS, FILE, Came, takes_files
from .offered import offered
from .plain_lists import Looking, shelf
from .prompt_uses import taken
from .recalled import given, seeded, source_of

# Whose budget has least left, as the line under the button says it.
WHOSE = {
    Scope.TEAM: "the team’s",
    Scope.PROJECT: "the project’s",
    Scope.PERSON: "your own",
    Scope.ACCOUNT: "the provider account’s",
}
FIRST_PROMPT = (
    "A paper kite drifts over sand dunes at golden hour, hand-painted look, slow dolly-in"
)


@require_GET
@project_view(Need.LOOK)
def studio(request: ProjectRequest) -> HttpResponse:
    remember_project(request, request.project)
    context = feed_context(request)
    begins = given(request) if request.may_create else {}
    if request.GET.get("before") and by_htmx(request):
        return render(request, "studio/_older.html", context)
    if request.may_create:
        context |= compose_context(request, *_start(request, begins))
        context["begins"] = json.dumps(begins) if begins else ""
        context["samples"] = bool(context["cards"]) and has_only_samples(request.project)
    return render(request, "studio/page.html", context)


@require_POST
@takes_files(Need.CREATE)
def quote(request: ProjectRequest) -> HttpResponse:
    """Prices for what is typed; without htmx the whole page, with it what depends on it."""
    came = Came(request)
    looking = Looking(came.values)
    asked = _asked(request, came)
    context = compose_context(request, asked)
    if not by_htmx(request):
        context |= shelf(request, asked, context["drawn"], looking)
        return render(request, "studio/page.html", context | feed_context(request))
    same = request.POST.get("drawn") == asked.drawn and not asked.notes
    return render(request, "studio/_quote_answer.html", context | {"redraw": not same})


@require_POST
@takes_files(Need.CREATE)
def generate(request: ProjectRequest) -> HttpResponse:
    came = Came(request)
    looking = Looking(came.values)
    asked = _asked(request, came)
    press = Press(trouble=_still_to_see(came) or looking.said(asked))
    if not press.trouble:
        press = _make(request, asked)
    if press.trouble:
        context = compose_context(request, asked, trouble=press.trouble)
        context |= {"over": press.over, "before": press.before}
        if by_htmx(request):
            return render(request, "studio/_refused_answer.html", context)
        context |= shelf(request, asked, context["drawn"], looking)
        return render(request, "studio/page.html", context | feed_context(request))
    made = press.made
    if not by_htmx(request):
        count, what = len(made), "pictures" if asked.menu.operation in PICTURES else "clips"
        words = f"{count} {what} are on their way." if count > 1 else "Under way."
        messages.success(request, words)
        studio = reverse("studio", args=[request.team.slug, request.project.uuid])
        return redirect(f"{studio}?after={made[0].uuid}")
    context = compose_context(request, asked) | feed_context(request, made)
    answer = render(request, "studio/_made_answer.html", context)
    # The page looks at once, from the version that it knows: others' changes are not skipped.
    answer.headers["HX-Trigger-After-Settle"] = "look"
    return answer


def _asked(request: ProjectRequest, came: Came) -> Asked:
    """The form as typed, with the files that came; what was refused stands at its slot."""
    asked = read_brief(request.project, came.values)
    slots = {slot.role for slot in asked.menu.slots}
    for role, text in came.refused.items():
        asked.missing.discard(role)
        if role in slots:
            asked.errors[role] = text
        else:
            asked.notes.append(text)
    return asked


def _still_to_see(came: Came) -> str:
    """Files that came with the press change the brief, so nobody has seen its price yet."""
    if came.refused:
        return " ".join(came.refused.values())
    if came.added:
        names = ", ".join(row.name for row in came.added)
        return f"{names} was added. Look at the price, then press Generate again."
    return ""


def feed_context(
    request: ProjectRequest, only: list[Generation] | None = None, show: str = ""
) -> dict[str, Any]:
    """The feed behind one chip, or only these generations of it."""
    show = show or request.GET.get("show") or request.POST.get("show") or "everything"
    if show not in feed.SHOWS:
        raise Http404("No such view of the feed.")
    project, viewer = request.project, feed.Viewer.of(request)
    before = _before(request)
    # Before the cards: what ends in between is then counted as moving, and looked at once more.
    counted = feed.counts(project)
    found, older = sorted(only or [], key=lambda one: -one.pk), None
    if only is None:
        found, older = feed.page(feed.rows(project, request.user.pk, show), before)
    return {
        "cards": [faces.of(card, viewer) for card in feed.cards(found, project, viewer)],
        "older": older,
        "show": show,
        "shows": [(key, label) for key, (label, _) in feed.SHOWS.items()],
        "counts": counted,
        "live": feed.is_live(counted),
        "version": project.version,
        "top": before or (found[0].pk if found else 0),
        "viewer": viewer,
    }


def _before(request: ProjectRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def compose_context(
    request: ProjectRequest,
    asked: Asked,
    lost: tuple[str, ...] = (),
    trouble: str = "",
) -> dict[str, Any]:
    """The form as typed, with its offers and what is left after them."""
    shown = offered(request, asked)
    left, left_of = None, Scope.TEAM
    if shown.chosen and shown.total_micros is not None:
        found = tightest(asking.bill(request.project, request.user, shown.chosen.terms))
        if found:
            left_of, left = found[0], found[1] - shown.total_micros
    drawn = fields.drawn(asked)
    slots = zones.zones(asked, all_errors=bool(trouble))
    return {
        "asked": asked,
        "offered": shown,
        "modes": modes.modes(asked.menu.operation, asked.operations),
        "operations": modes.operations(asked.menu.operation, asked.operations),
        "placeholder": modes.PLACEHOLDERS.get(asked.menu.operation, ""),
        "zones": slots,
        "counted": zones.counted(asked),
        "drawn": drawn,
        "left_after": left,
        "left_of": WHOSE[left_of],
        "lost": lost,
        "trouble": trouble,
        "most_picture": settings.UPLOAD_MAX_BYTES,
        "most_film": settings.UPLOAD_MEDIA_MAX_BYTES,
        "form_token": uuid.uuid4() if not trouble else asked.token or uuid.uuid4(),
        "untold": _untold(asked, drawn.names | zones.drawn_names(slots)),
    }


def _start(request: ProjectRequest, begins: dict[str, str]) -> tuple[Asked, tuple[str, ...]]:
    """What the form begins with: a remix, the same elsewhere, or a prompt that works."""
    project = request.project
    remix = "" if begins else request.GET.get("remix", "")
    source = source_of(project, remix) if remix else None
    # Without scripts the page after a press is a new one: what was typed stands there still.
    if source is None and (after := source_of(project, request.GET.get("after", ""))):
        return read_brief(project, _as_pressed(after)), ()
    if source is None:
        used = _used(request) | taken(request) | begins
        first = {"prompt": FIRST_PROMPT} if not used and has_only_samples(project) else {}
        return read_brief(project, first | used), ()
    typed = typed_of(source) | seeded(request, source)
    if not request.GET.get("elsewhere"):
        return read_brief(project, typed | {"account": str(source.account.uuid)}), ()
    other = best_elsewhere(source)
    if other is None:
        return read_brief(project, typed), ("No other account of the team can make this brief.",)
    typed = typed_as(other.brief) | {"remix_of": typed["remix_of"]}
    return read_brief(project, typed | {"account": other.offer.terms.account}), other.lost


def _as_pressed(first: Generation) -> dict[str, str]:
    """The form as it stood when this clip, the first of its takes, was asked for."""
    takes = Generation.objects.filter(user=first.user_id, form_token=first.form_token).count()
    typed = typed_of(first) | {"takes": str(takes), "remix_of": ""}
    return typed | ({"account": str(first.account.uuid)} if first.pinned else {})


def _used(request: ProjectRequest) -> dict[str, str]:
    """``?use=clip:<uuid>&as=source&operation=extend``: a form that begins with this file."""
    use, role = request.GET.get("use", ""), request.GET.get("as", "")
    if not use:
        return {}
    return {"operation": request.GET.get("operation", ""), "put": f"{use}/{role}" if role else use}


@dataclass(frozen=True)
class Press:
    """What a press came to: generations, or the sentence that says why there are none.

    ``over``: it was a budget. ``before``: the very same, asked for moments ago.
    """

    made: list[Generation] = field(default_factory=list)
    trouble: str = ""
    over: bool = False
    before: Generation | None = None


def _make(request: ProjectRequest, asked: Asked) -> Press:
    if asked.errors:
        return Press(trouble=" ".join(asked.errors.values()))
    account = account_told(request, asked.account)
    if account is None or asked.token is None:
        return Press(trouble="Choose where to make it.")
    source = source_of(request.project, asked.values.get("remix_of", ""))
    again = source_of(request.project, asked.values.get("again", ""))
    try:
        made = lifecycle.request(
            project=request.project,
            user=request.user,
            brief=asked.brief,
            account=account,
            takes=asked.takes,
            form_token=asked.token,
            seen_micros=asked.seen_micros,
            pinned=asked.pinned,
            remix_of=source,
            prompt_version=counted_for(
                request.project, asked.values.get("prompt_version", ""), asked.brief.prompt
            ),
            knowing=[one.uuid for one in (source, again) if one],
        )
    except ledger.OverBudget as trouble:
        return Press(trouble=str(trouble), over=True)
    except lifecycle.AskedAlready as trouble:
        return Press(trouble=str(trouble), before=trouble.before)
    except (lifecycle.PriceChanged, lifecycle.CannotMake) as trouble:
        return Press(trouble=str(trouble))
    return Press(made)


def account_told(request: ProjectRequest, text: str) -> ProviderAccount | None:
    try:
        return request.team.provider_accounts.filter(uuid=uuid.UUID(text)).first()
    except ValueError:
        return None


# What the form says beside its dependent fields, or what is not kept.
SAID = frozenset(
    {"mode", "operation", "model", "prompt", "takes", "remix_of", "account", "best", "seen"}
    | {"again", "able", "form_token", "drawn", "show", "at", "more", "ask_reason"}
)


def _untold(asked: Asked, drawn: set[str]) -> Mapping[str, str]:
    """What was typed for fields that this menu lacks: kept, unseen, for when they come back."""
    known = SAID | drawn
    # The masks' part draws its own anew each time.
    return {
        name: text
        for name, text in asked.values.items()
        if name not in known and text and not name.startswith(("masks_", FILE, ADDRESS))
    }
