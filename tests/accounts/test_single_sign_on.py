"""Signing in at an identity provider: a small one of our own, over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from accounts import invitations
from accounts.models import AuditLine, Invitation, Membership, TeamRole, User
from generations.projects import make_project

from .people import join, person, team
from .test_second_factor import with_app

pytestmark = pytest.mark.django_db
HERE = "/accounts/oidc/sso/login/"


class Provider:
    """An identity provider that knows one person at a time."""

    def __init__(self) -> None:
        self.claims = {
            "sub": "7",
            "email": "Ben@Example.org",
            "email_verified": True,
            "name": "Ben",
        }
        self.asked: list[dict[str, list[str]]] = []
        self.down = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(outer.config() if "well-known" in self.path else outer.claims)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.asked.append(parse_qs(body))
                self.answer({"access_token": "a", "token_type": "Bearer", "id_token": outer.id()})

            def answer(self, data) -> None:
                body = json.dumps(data).encode()
                self.send_response(500 if outer.down else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def config(self) -> dict[str, object]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def id(self) -> str:
        now = int(time.time())
        own = {"iss": self.url, "aud": "pixstudio", "iat": now, "exp": now + 60}
        return jwt.encode(self.claims | own, "k" * 32, algorithm="HS256")


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def provider(settings):
    made = Provider()
    settings.OIDC_ON, settings.OIDC_NAME = True, "Acme login"
    app = {"provider_id": "sso", "name": "Acme login", "client_id": "pixstudio"}
    app |= {"secret": "not-told", "settings": {"server_url": made.url}}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    cache.clear()
    yield made
    made.server.shutdown()
    made.server.server_close()
    cache.clear()


@pytest.fixture
def crew():
    return team(person("Olga"), slug="crew")


def sign_in(client: Client, next_url: str = "", **answer):
    """To the provider and back, as a browser goes."""
    there = client.get(HERE, {"next": next_url} if next_url else {})
    query = parse_qs(urlsplit(there.headers["Location"]).query)
    given = {"code": "abc", "state": query["state"][0]} | answer
    return client.get(f"{HERE}callback/", {key: one for key, one in given.items() if one})


def said(client: Client) -> str:
    return client.get("/accounts/login/").content.decode()


def test_the_button_is_there_only_where_it_is_set_up(provider, crew, settings):
    assert "Continue with Acme login" in said(Client())
    settings.OIDC_ON = False
    assert "Continue with" not in said(Client())


def test_without_it_the_address_is_nobodys(crew):
    assert Client().get(HERE).status_code == 404


def test_somebody_who_is_here_comes_in_by_a_verified_e_mail(provider, crew):
    ben = join(crew, person("Ben", email="ben@example.org")).user
    client = Client()
    there = client.get(HERE, {"next": "/t/crew/team/"})
    query = parse_qs(urlsplit(there.headers["Location"]).query)
    assert there.headers["Location"].startswith(f"{provider.url}/authorize?")
    assert query["client_id"] == ["pixstudio"]
    assert query["code_challenge_method"] == ["S256"]
    back = client.get(f"{HERE}callback/", {"code": "abc", "state": query["state"][0]})
    assert back.headers["Location"] == "/t/crew/team/"
    assert provider.asked[0]["code_verifier"]
    assert client.get("/t/crew/team/").status_code == 200
    assert SocialAccount.objects.get().user == ben
    assert AuditLine.objects.get(verb="sign_in.connected").target == "ben@example.org"
    # From now on it is the person there, whatever their e-mail is.
    provider.claims["email"] = "b@elsewhere.example"
    again = Client()
    sign_in(again)
    assert again.get("/t/crew/team/").status_code == 200
    assert User.objects.count() == 2


def test_an_e_mail_that_is_not_verified_is_nobodys(provider, crew):
    join(crew, person("Ben", email="ben@example.org"))
    for told in (False, None, "yes"):
        provider.claims["email_verified"] = told
        client = Client()
        assert sign_in(client).headers["Location"] == "/accounts/login/"
        assert "has not verified your e-mail" in said(client)
    assert not SocialAccount.objects.exists()


def test_a_stranger_is_told_to_be_invited_and_leaves_no_trace(provider, crew):
    client = Client()
    sign_in(client)
    assert "Nobody here knows you yet" in said(client)
    assert not User.objects.filter(email="ben@example.org").exists()
    assert not SocialAccount.objects.exists()


def test_the_invited_come_in_with_what_their_invitation_gives(provider, crew):
    olga = User.objects.get(name="Olga")
    film = make_project(olga, crew, "Film")
    invitations.invite(olga, crew, email="ben@example.org", projects={str(film.uuid): "creator"})
    client = Client()
    sign_in(client)
    ben = User.objects.get(email="ben@example.org")
    assert (ben.name, ben.has_usable_password()) == ("Ben", False)
    assert film.memberships.get(user=ben).role == "creator"
    assert Invitation.objects.get().used_by == ben
    assert client.get("/t/crew/projects/").status_code == 200


def test_a_link_for_anybody_serves_too(provider, crew):
    olga = User.objects.get(name="Olga")
    _, token = invitations.invite(olga, crew)
    client = Client()
    page = client.get(f"/join/{token}/").content.decode()
    assert f"{HERE}?next=" in page
    sign_in(client, f"/join/{token}/")
    assert Membership.objects.get(user__email="ben@example.org").role == TeamRole.MEMBER
    # One that is for somebody else does not.
    _, token = invitations.invite(olga, crew, email="carl@example.org")
    provider.claims |= {"sub": "8", "email": "dora@example.org"}
    other = Client()
    sign_in(other, f"/join/{token}/")
    assert "for another e-mail address" in said(other)
    assert not User.objects.filter(email="dora@example.org").exists()


def test_with_a_team_named_everybody_there_joins_it(provider, crew, settings):
    settings.OIDC_TEAM = "crew"
    client = Client()
    sign_in(client)
    found = Membership.objects.get(user__email="ben@example.org")
    assert (found.team, found.role) == (crew, TeamRole.MEMBER)


def test_who_is_switched_off_stays_out(provider, crew):
    join(crew, person("Ben", email="ben@example.org", is_active=False))
    client = Client()
    sign_in(client)
    assert client.get("/t/crew/team/").status_code == 302


def test_the_second_factor_is_asked_for_all_the_same(provider, crew):
    ben = join(crew, person("Ben", email="ben@example.org")).user
    with_app(ben)
    client = Client()
    assert "/authenticate/" in sign_in(client).headers["Location"]
    assert client.get("/t/crew/team/").status_code == 302


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"code": "", "error": "access_denied"}, "You did not sign in there"),
        ({"code": "", "error": "server_error"}, "did not let us know who you are"),
        ({"state": "forged"}, "did not let us know who you are"),
    ],
)
def test_what_goes_wrong_there_is_said_here(provider, crew, answer, words):
    client = Client()
    assert sign_in(client, **answer).headers["Location"] == "/accounts/login/"
    assert words in said(client)


def test_a_provider_that_is_down_is_said_too(provider, crew):
    client = Client()
    provider.down = True
    assert client.get(HERE).headers["Location"] == "/accounts/login/"
    assert "cannot be reached now" in said(client)


def test_nobody_connects_it_in_passing(provider, crew):
    client = Client()
    client.force_login(User.objects.get(name="Olga"))
    there = client.get(HERE, {"process": "connect"})
    query = parse_qs(urlsplit(there.headers["Location"]).query)
    client.get(f"{HERE}callback/", {"code": "abc", "state": query["state"][0]})
    assert not SocialAccount.objects.exists()
