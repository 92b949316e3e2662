"""The sample team with its sandbox accounts (never called here), and its people."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, TeamRole, User
from generations import demo, offers
from generations.catalogue.types import Brief
from generations.models import Asset, Generation, ProjectMembership, Selection, Upload

OPTIONS = {"quality": "720p", "duration": 5, "aspect_ratio": "16:9", "audio": False}


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def project(db, owner):
    return demo.make_sandbox_team(owner)


def join(project, name, role):
    user = User.objects.create_user(f"{name}@example.org", "correct horse", name=name.title())
    Membership.objects.create(team=project.team, user=user, role=TeamRole.MEMBER)
    ProjectMembership.objects.create(project=project, user=user, role=role)
    return user


@pytest.fixture
def creator(project):
    return join(project, "carl", "creator")


@pytest.fixture
def viewer(project):
    return join(project, "vera", "viewer")


@pytest.fixture
def signed_in():
    def sign_in(user):
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def browser(signed_in, owner):
    return signed_in(owner)


@pytest.fixture
def account(project):
    return {one.provider: one for one in project.team.provider_accounts.all()}


@pytest.fixture
def picture(project, owner):
    return Upload.objects.create(
        project=project,
        user=owner,
        name="boat.png",
        file="uploads/boat.png",
        digest="d" * 64,
        mime="image/png",
        size=1000,
        width=1280,
        height=720,
    )


class Files:
    """Rows of files as the form speaks of them; nothing is stored."""

    def __init__(self, project, user):
        self.project, self.user, self.count = project, user, 0

    def upload(self, kind="image", **fields):
        self.count += 1
        mime, name = {
            "image": ("image/png", "boat.png"),
            "video": ("video/mp4", "waves.mp4"),
            "audio": ("audio/mpeg", "gulls.mp3"),
        }[kind]
        sides = {} if kind == "audio" else {"width": 640, "height": 360}
        fields = {"name": name, "mime": mime, "size": 100_000, **sides} | fields
        fields |= {"ms": 0 if kind == "image" else fields.get("ms", 5000)}
        fields = {"width": 0, "height": 0} | fields
        row = Upload.objects.create(
            project=self.project,
            user=self.user,
            file=f"uploads/{self.count}",
            digest=f"{self.count:064x}",
            kind=kind,
            **fields,
        )
        return f"upload:{row.uuid}"

    def clip(self, account, kind="video", **fields):
        """An earlier result of an account."""
        brief = Brief("text_to_video", "v6", "an earlier boat", OPTIONS)
        made = Generation.objects.create(
            team=self.project.team,
            project=self.project,
            user=self.user,
            account=account,
            form_token=uuid.uuid4(),
            play=True,
            brief_json=brief.to_json(),
            operation=brief.operation,
            model=brief.model,
            prompt=brief.prompt,
            price={"micros": 1},
            price_micros=1,
            state="succeeded",
            due_at=None,
        )
        Asset.objects.create(
            generation=made,
            file="clips/1.mp4",
            poster="clips/1.webp",
            kind=kind,
            mime="video/mp4" if kind == "video" else "image/png",
            digest="0" * 64,
            size=100_000,
            duration_ms=5000 if kind == "video" else 0,
            width=640,
            height=360,
        )
        return f"clip:{made.uuid}"

    def found(self, account, token, mask):
        """What the account found on the first frame of a source, which it knows for good."""
        sort, _, key = token.partition(":")
        Selection.objects.create(
            project=self.project,
            account=account,
            user=self.user,
            form_token=uuid.uuid4(),
            source={"upload": "", "clip": "", sort: key},
            price={"micros": 1},
            price_micros=1,
            state="done",
            masks=[{"id": mask, "label": "boat", "picture": ""}],
            handle={"form": "remote_id", "value": "1"},
            finished_at=timezone.now(),
        )


@pytest.fixture
def files(project, owner):
    return Files(project, owner)


@pytest.fixture
def form(project):
    """What the studio's form posts."""

    def filled(**more):
        return {
            "operation": "text_to_video",
            "prompt": "a paper boat",
            "model": "v6",
            "quality": "720p",
            "duration": "5",
            "aspect_ratio": "16:9",
            "audio": "false",
            "seed": "",
            "takes": "1",
            "account": "",
            "best": "",
            "seen": "",
            "form_token": str(uuid.uuid4()),
            "drawn": "text_to_video:v6",
        } | more

    return filled


@pytest.fixture
def make(project, owner, account):
    """A generation in any state, with its money held, without any provider."""
    from generations import lifecycle

    def made(prompt="a paper boat", provider="pixverse", user=owner, **fields):
        brief = Brief("text_to_video", "v6", prompt, OPTIONS)
        offer = offers.quote(project, brief).of(str(account[provider].uuid))
        (one,) = lifecycle.request(
            project=project,
            user=user,
            brief=brief,
            account=account[provider],
            form_token=uuid.uuid4(),
            seen_micros=offer.price.micros,
        )
        Generation.objects.filter(pk=one.pk).update(**fields)
        project.refresh_from_db()
        return Generation.objects.get(pk=one.pk)

    return made


@pytest.fixture
def at(project):
    """The address of one of the project's pages."""

    def address(name, *more):
        return reverse(name, args=[project.team.slug, project.uuid, *more])

    return address
