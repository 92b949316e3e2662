"""Who may do what, at every address of the project. A new address without rows fails."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from accounts.models import User
from generations.models import Comment
from tests import house
from tests.access_table import TABLE
from tests.accounts.people import join, person
from tests.story import picture

pytestmark = pytest.mark.django_db

WHO = ("anonymous", "guest", "outsider", "viewer", "creator", "producer", "auditor", "owner")
WRITES = re.compile(
    r'\s*(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"(accounts|generations)_', re.I
)
# Parts of addresses that choose among the same things in every team.
CHOICES = ("provider", "listing", "what", "kind", "month")
# What is posted; where nothing stands here, an empty form.
POSTED: dict[str, dict[str, Any]] = {
    "project_new": {"name": "Ad"},
    "project_rename": {"name": "Film II"},
    "project_budget": {"real": "5", "play": "5"},
    "project_role": {"role": "creator"},
    "project_give": {"name": "Given"},
    "generate": {
        "operation": "text_to_video",
        "model": "v5.6",
        "quality": "720p",
        "duration": "5",
        "audio": "false",
        "aspect_ratio": "16:9",
        "prompt": "A fox",
        "seen": "200000",
    },
    "prompt_new": {"title": "Kite", "text": "A {{colour}} kite"},
    "prompt_version": {"text": "A small kite"},
    "prompt_about": {"title": "Kites"},
    "prompt_label": {"name": "house", "version": "1"},
    "prompt_comment": {"text": "Slower, please"},
    "prompt_comment_edit": {"text": "Slower"},
    "prompt_decline": {"note": "Not yet"},
    "review_decide": {"verdict": "approved", "note": "Ship it"},
    "review_comment": {"text": "The kite is late", "at_ms": "1200"},
    "review_change": {"text": "The kite is too late"},
    "review_link_new": {"name": "Client", "days": "14"},
    "guest_open": {"passphrase": house.PASSPHRASE},
    "guest_name": {"name": "Greta"},
    "guest_decide": {"verdict": "approved"},
    "guest_comment": {"text": "Too slow"},
    "results_search": {"name": "Kites", "query": "q=kite"},
    "results_bulk": {"do": "star"},
    "result_marks": {"rating": "4"},
    "resolve": {"verdict": "found", "remote_id": "job-2", "note": "Seen in their list"},
    "resolve_selection": {"verdict": "never_ran", "note": "Not in their usage list"},
    "member_add": {"email": "nina@example.org", "name": "Nina", "role": "member"},
    "invite": {"role": "member", "days": "7"},
    "team_budget": {"real": "5", "play": "5"},
    "member_role": {"role": "auditor"},
    "member_budget": {"real": "5", "play": "5"},
    "provider_add": {
        "name": "Second",
        "base_url": "https://api.provider.example",
        "key": "a-new-key-0123456789",
        "concurrency": "2",
    },
    "provider_edit": {"name": "Other", "base_url": house.NOWHERE, "concurrency": "2"},
    "provider_rate_add": {"rate-usd_per_unit": "0.01", "rate-since": "2026-11-01"},
    "provider_price_add": {
        "price-amount": "0.3",
        "price-unit": "USD",
        "price-formula": "per_clip",
        "price-since": "2026-11-01",
    },
    "audit_resolve": {"resolution": "accepted", "note": "Their invoice says so"},
    "audit_resolve_many": {"resolution": "accepted", "note": "Their invoice says so"},
    "audit_balance": {"balance-amount": "100", "balance-at": "2026-01-02T10:00"},
    "audit_balance_mistake": {"note": "A typo"},
    "audit_topup_mistake": {"note": "A typo"},
    "audit_topup": {"topup-amount": "100", "topup-at": "2026-01-02T10:00"},
    "provider_ceiling": {"ceiling-amount": "2"},
    "upload_about": {"name": "Boat"},
    "uploads_limit": {"gb": "5"},
    "budget_approve": {"seen": "200000"},
    "budget_decline": {"note": "Next month"},
    "budget_account": {"real": "5", "play": "5"},
    "person_budget": {"real": "5", "play": "5"},
    "team_alerts": {"percents": "50, 90"},
}


def rows() -> Iterator[tuple[str, str, dict[str, str]]]:
    """The table's rows: name, method, and what each person gets."""
    for line in TABLE.strip().splitlines()[1:]:
        name, method, *answers = line.split()
        yield name, method, dict(zip(WHO, answers, strict=True))


def patterns(resolver: Any = None) -> Iterator[URLPattern]:
    """Every address of the project, those of included packages too."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield one
        elif one.app_name != "admin":  # tests/spend/test_admin.py walks that
            yield from patterns(one)


def parts(name: str) -> list[str]:
    """What an address wants to know, from left to right."""
    ((_, wanted),) = get_resolver().reverse_dict.getlist(name)[0][0]
    return wanted


@contextmanager
def writing() -> Iterator[list[str]]:
    """What is written into our own tables meanwhile; sessions are not among them."""
    found: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if WRITES.match(sql):
            found.append(sql[:120])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


@pytest.fixture
def home(settings, media_dir):
    settings.LOCAL_URL = settings.SANDBOX_URL = "http://127.0.0.1:9"
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.ACCOUNT_RATE_LIMITS = False
    built = house.build("crew")
    house.people_of(built)
    built.people["outsider"] = house.build("neighbours").people["owner"]
    return built


class Visitor:
    """Somebody with a browser, signed in once; all that he does is taken back."""

    def __init__(self, user: User | None, client: Client | None = None) -> None:
        self.client = client or Client()
        if user:
            self.client.force_login(user)
        self.signed_in = self.client.cookies.output(header="")

    def visit(self, name: str, method: str, ids: dict[str, Any]) -> str:
        """The answer: a status, or "in" when one is led to the sign-in page."""
        self.client.cookies = SimpleCookie(self.signed_in)
        with transaction.atomic():
            status = self._visit(name, method, ids)
            transaction.set_rollback(True)
        return status

    def _visit(self, name: str, method: str, ids: dict[str, Any]) -> str:
        path = house.address(name, ids, parts(name))
        with writing() as written:
            if method == "GET":
                answer = self.client.get(path)
            else:
                answer = self.client.post(path, _given(name, ids))
        status = str(answer.status_code)
        if status == "302" and "/accounts/login/" in answer.headers["Location"]:
            status = "in"
        if status in ("in", "403", "404", "405"):
            assert written == [], f"something changed at {method} {path}"
        return status


def _given(name: str, ids: dict[str, Any]) -> dict[str, Any]:
    if name == "upload":
        return {"file": SimpleUploadedFile("new.png", picture(64, 64))}
    if name == "review_link_new":
        return {"g": ids["generation"], **POSTED[name]}
    return {"form_token": uuid.uuid4(), "account": ids["account"], **POSTED.get(name, {})}


def guest_of(home: house.House) -> tuple[Visitor, Comment]:
    """Somebody who opened the house's link with its passphrase, and what they said there."""
    client = Client()
    for name in ("guest_open", "guest_name", "guest_comment"):
        path = house.address(name, home.ids, parts(name))
        assert client.post(path, POSTED[name]).status_code == 302
    return Visitor(None, client), Comment.objects.get(guest="Greta")


def test_every_address_has_its_rows():
    named = {one.name for one in patterns()}
    listed = [(name, method) for name, method, _ in rows()]
    assert None not in named
    assert sorted(listed) == sorted((name, how) for name in named for how in ("GET", "POST"))


@pytest.mark.parametrize("who", WHO)
def test_what_each_person_may_do(home, who):
    creator = home.team.memberships.get(user=home.people["creator"])
    others = {
        "resolve": {**home.ids, "generation": house.uncertain(home).uuid},
        "person_budget": {**home.ids, "member": creator.pk},
    }
    if who == "guest":
        visitor, said = guest_of(home)
        others["guest_remove"] = {**home.ids, "comment": said.uuid}
    else:
        visitor = Visitor(home.people[who])
    wrong = {}
    for name, method, expected in rows():
        got = visitor.visit(name, method, others.get(name, home.ids))
        if got != expected[who]:
            wrong[f"{method} {name}"] = f"{got}, not {expected[who]}"
    assert wrong == {}


def objects() -> list[tuple[str, str, list[str]]]:
    """Addresses of single things in a team, where an owner gets anything but 405."""
    found = []
    for name, method, expected in rows():
        wanted = [one for one in parts(name) if one not in CHOICES]
        if wanted[:1] == ["team"] and len(wanted) > 1 and expected["owner"] != "405":
            found.append((name, method, wanted))
    return found


def test_no_owner_reaches_another_teams_things(home):
    """One's own team in front, another team's things behind, cut at every place."""
    mine = house.build("strangers")
    stranger, found = Visitor(mine.people["owner"]), {}
    for name, method, wanted in objects():
        for cut in range(1, len(wanted)):
            ours = {one: mine.ids[one] for one in wanted[:cut]}
            got = stranger.visit(name, method, {**home.ids, **ours})
            found[f"{method} {name} {cut}"] = got
    assert len(found) > 40
    assert set(found.values()) == {"404"}, found


def test_no_guest_reaches_another_teams_things(home):
    """One's own link in front, and what stands behind another team's link."""
    theirs = house.build("strangers")
    guest, _ = guest_of(home)
    ids = {**theirs.ids, "guest": home.ids["guest"]}
    for name, method, expected in rows():
        if name.startswith("guest_") and "generation" in parts(name) and expected["guest"] != "405":
            assert guest.visit(name, method, ids) == "404", name


def test_no_thing_is_found_under_another_project(home):
    """A project of the same team is no way around either."""
    second = home.team.projects.create(name="Ad", created_by=home.people["owner"])
    owner = Visitor(home.people["owner"])
    for name, method, wanted in objects():
        if wanted[:2] == ["team", "project"] and len(wanted) == 3 and "member" not in wanted:
            ids = {**home.ids, "project": second.uuid}
            assert owner.visit(name, method, ids) == "404", name


def test_nobody_makes_anything_in_an_archived_project(home):
    home.project.archived_at = timezone.now()
    home.project.save()
    owner = Visitor(home.people["owner"])
    for name in ("quote", "generate", "masks", "upload", "cancel", "refetch", "generation_move"):
        assert owner.visit(name, "POST", home.ids) == "403", name


def test_somebody_who_was_switched_off_is_led_to_sign_in(home):
    gone = Visitor(join(home.team, person("Ben", is_active=False)).user)
    assert gone.visit("projects", "GET", home.ids) == "in"
