"""A team with one of everything, a person in every role, and a second team beside it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts import invitations, tokens
from accounts.models import Membership, Notice, Team, TeamRole, User
from generations.media import links, uploads
from generations.models import (
    Asset,
    Attempt,
    BalanceSnapshot,
    BudgetRequest,
    Discrepancy,
    Found,
    Generation,
    Project,
    ProjectRole,
    ProviderAccount,
    SavedSearch,
    Selection,
    State,
    TeamPrice,
    Told,
    TopUp,
    Voice,
)
from generations.prompts import comments, versions
from generations.reviewing import guests
from tests.accounts.people import join, person, team
from tests.story import picture

# Nobody listens there: a test of such an account fails at once.
NOWHERE = "http://127.0.0.1:9/pixazo"
PASSPHRASE = "open sesame"


@dataclass
class House:
    """``ids`` are the parts of addresses; ``people`` by the column of the access table."""

    team: Team
    project: Project
    ids: dict[str, Any] = field(default_factory=dict)
    people: dict[str, User | None] = field(default_factory=dict)


def crew(settings: Any) -> House:
    """A team with somebody in every role, pages without built files, and no provider to reach."""
    settings.LOCAL_URL = settings.SANDBOX_URL = NOWHERE.removesuffix("/pixazo")
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    built = build("crew")
    people_of(built)
    return built


def build(slug: str) -> House:
    """A team with an owner and one of everything."""
    owner = person("Olga")
    crew = team(owner, slug=slug)
    project = Project.objects.create(team=crew, name="Film", created_by=owner)
    account = ProviderAccount.objects.create(
        team=crew,
        provider="pixazo",
        name="Pixazo (sandbox)",
        base_url=NOWHERE,
        key="sandbox-0123456789abcdef",
        play=True,
        concurrency=3,
        ceiling_micros=1_000_000,
        created_by=owner,
    )
    price = TeamPrice.objects.create(
        account=account, formula="per_clip", amount=Decimal("0.2"), unit="USD", entered_by=owner
    )
    upload = uploads.store(project, owner, "boat.png", picture())
    guest = join(crew, person("Gus"))
    about = versions.About("Kite", project=project)
    prompt = versions.make(owner, crew, about, versions.Words("A paper kite"))
    clip = _generation(project, owner, account, State.SUCCEEDED)
    _asset(clip)
    attempt = Attempt.objects.create(generation=clip, account=account, remote_id=uuid.uuid4().hex)
    selection = _selection(project, owner, account)
    remark = clip.comments.create(user=owner, text="The kite is late", at_ms=1200)
    terms = guests.Terms("Client", passphrase=PASSPHRASE, may_download=True)
    link, shown = guests.make(owner, project, [clip], terms)
    invitation, token = invitations.invite(owner, crew)
    ids = {
        "invitation": invitation.uuid,
        "token": token,
        "access": tokens.make(owner, crew, name="Nightly", scopes=["read"], days=30)[0].uuid,
        "slug": crew.slug,
        "comment": remark.uuid,
        "link": link.uuid,
        "guest": shown,
        "team": crew.slug,
        "project": project.uuid,
        "generation": clip.uuid,
        "upload": upload.uuid,
        "selection": selection.uuid,
        "voice": _voice(project, owner, account).uuid,
        "account": account.uuid,
        "price": price.pk,
        "member": guest.pk,
        "provider": "pixazo",
        "listing": "templates",
        "prompt": prompt.prompt.uuid,
        "remark": comments.add(owner, prompt.prompt, prompt, "It flies").pk,
        "version": prompt.pk,
        "case": _case(clip).pk,
        "snapshot": _entry(BalanceSnapshot, account, source=Told.TYPED),
        "topup": _entry(TopUp, account),
        "search": _search(crew, owner),
        "notice": Notice.objects.create(
            user=owner, team=crew, kind="finished", key="finished:kite", text="It is finished"
        ).pk,
        "month": "2026-01",
        "callback": links.callback_link(account, attempt.token).rstrip("/").rpartition("/")[2],
        "input": links.input_link(upload, account).split("/in/")[1],
    }
    return House(crew, project, ids, {"owner": owner})


def people_of(house: House) -> None:
    """Somebody for every column of the access table."""
    for role in ProjectRole:
        user = person(role.label)
        join(house.team, user)
        house.project.memberships.create(user=user, role=role)
        house.people[role.value] = user
    house.people["auditor"] = join(house.team, person("Audrey"), TeamRole.AUDITOR).user
    house.people["anonymous"] = None
    house.ids["row"] = _request(house, house.people["creator"]).uuid


def uncertain(house: House) -> Generation:
    """One that nobody can tell about."""
    owner = Membership.objects.get(team=house.team, role=TeamRole.OWNER).user
    account = house.team.provider_accounts.get()
    found = _generation(house.project, owner, account, State.UNCERTAIN, cause="lost_reply")
    Attempt.objects.create(generation=found, account=account)
    return found


def address(name: str, ids: dict[str, Any], wanted: list[str]) -> str:
    """The address of a pattern, with what it wants of ``ids``."""
    signed, _, file = ids["input"].partition("/")
    rest = {
        "signed": signed if name == "shared_input" else ids["callback"],
        "name": file,
        "key": "nobodys-key",
        "provider_id": "sso",
        "pk": 0,
        "uidb36": "1",
        "what": "tables",
        "session": 0,
        "kind": "xlsx",
    }
    given = {**rest, **ids}
    return reverse(name, kwargs={one: given[one] for one in wanted})


def _generation(project, user, account, state, **fields) -> Generation:
    brief = {
        "operation": "text_to_video",
        "model": "v5.6",
        "prompt": "A paper kite",
        "options": {"quality": "720p", "duration": 5, "audio": False, "aspect_ratio": "16:9"},
        "inputs": [],
    }
    price = {"micros": 200_000, "units": "0.2", "unit": "USD", "formula": "0.2 USD a clip"}
    price |= {"source": "team", "read_on": str(date(2026, 11, 1)), "rate": "1"}
    return Generation.objects.create(
        team=project.team,
        project=project,
        user=user,
        account=account,
        form_token=uuid.uuid4(),
        play=True,
        brief_json=brief,
        operation=brief["operation"],
        model=brief["model"],
        prompt=brief["prompt"],
        price=price,
        price_micros=200_000,
        charged_micros=200_000 if state == State.SUCCEEDED else None,
        state=state,
        due_at=None,
        **fields,
    )


def _voice(project, user, account) -> Voice:
    """One that waits; a picture stands for the recording, for nothing is sent."""
    return Voice.objects.create(
        project=project,
        account=account,
        user=user,
        upload=uploads.store(project, user, "voice.png", picture(48, 48)),
        name="Narrator",
        form_token=uuid.uuid4(),
    )


def _selection(project, user, account) -> Selection:
    """One whose answer was lost; that it has a picture all the same matters to nobody here."""
    name = default_storage.save(f"selections/{uuid.uuid4()}.webp", ContentFile(bytes(64)))
    return Selection.objects.create(
        project=project,
        account=account,
        user=user,
        form_token=uuid.uuid4(),
        source={"upload": "", "clip": str(uuid.uuid4())},
        play=True,
        price={"micros": 10_000, "units": "2", "unit": "credits", "rate": "0.005"},
        price_micros=10_000,
        state=Found.UNCERTAIN,
        picture=name,
        sent_at=timezone.now(),
    )


def _request(house: House, user: User) -> BudgetRequest:
    """A creator's, that the project's budget stopped: its producers decide."""
    clip = Generation.objects.filter(project=house.project).first()
    return BudgetRequest.objects.create(
        team=house.team,
        project=house.project,
        user=user,
        account=clip.account,
        play=True,
        form_token=uuid.uuid4(),
        brief_json=clip.brief_json,
        price=clip.price,
        price_micros=clip.price_micros,
        passed=[{"scope": "project", "key": str(house.project.uuid), "left": 0, "short": 1}],
    )


def _search(team: Team, user: User) -> int:
    """Of the gallery, shared with the team."""
    row = SavedSearch.objects.create(
        team=team, user=user, name="Kites", query="q=kite", shared=True
    )
    return row.pk


def _case(clip: Generation) -> Discrepancy:
    return Discrepancy.objects.create(
        team=clip.team,
        account=clip.account,
        generation=clip,
        project=clip.project,
        user=clip.user,
        play=True,
        subject=str(clip.uuid),
        cause="overcharged",
        risk_micros=50_000,
    )


def _entry(model: type[BalanceSnapshot | TopUp], account: ProviderAccount, **more: Any) -> int:
    return model.objects.create(account=account, amount=5, unit="USD", **more).pk


def _asset(clip: Generation) -> Asset:
    """Files that are there; what is in them matters to nobody here."""
    name = default_storage.save(f"clips/{clip.uuid}.mp4", ContentFile(bytes(64)))
    return Asset.objects.create(
        generation=clip,
        file=name,
        poster=name,
        preview=name,
        mime="video/mp4",
        digest="0" * 64,
        size=64,
        duration_ms=5000,
        width=1280,
        height=720,
    )
