"""Who is told, once, by which ways; and the mail that leaves afterwards."""

import datetime as dt
import smtplib

import pytest
from django.core import mail as outbox
from django.db import transaction
from django.utils import timezone

from accounts import notices
from accounts.models import Notice, Purse, Scope
from accounts.purses import month_of
from generations.dispatch.tick import Dispatch
from generations.lifecycle import telling
from generations.models import Generation, State
from tests import house

pytestmark = pytest.mark.django_db


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("key", flat=True))


@pytest.fixture
def sends(settings):
    settings.SENDS_MAIL = True
    settings.PUBLIC_URL = "https://studio.example"


def test_each_is_told_once_and_nobody_what_they_did(home):
    viewer, producer = home.people["viewer"], home.people["producer"]
    for _ in range(2):
        notices.tell(
            [viewer, producer.pk], home.team, "reviewed", "reviewed:1", "Yes", "/x/", but=producer
        )
    assert told(viewer) == ["reviewed:1"]
    assert told(producer) == []


def test_what_did_not_happen_is_not_told(home):
    viewer = home.people["viewer"]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notices.tell([viewer], home.team, "reviewed", "reviewed:1", "Yes")
        raise ZeroDivisionError
    assert told(viewer) == []


def test_who_left_or_is_switched_off_is_not_told(home):
    viewer, creator = home.people["viewer"], home.people["creator"]
    viewer.memberships.all().delete()
    creator.is_active = False
    creator.save()
    stranger = house.build("strangers").people["owner"]
    before = told(stranger)
    notices.tell([viewer, creator, stranger], home.team, "reviewed", "reviewed:1", "Yes")
    assert told(viewer) == told(creator) == []
    assert told(stranger) == before


def test_the_ways_are_chosen(home, sends):
    viewer = home.people["viewer"]

    def rung(key):
        notices.tell([viewer], home.team, "reviewed", key, "Yes")
        return Notice.objects.filter(user=viewer, key=key).first()

    by_itself = rung("1")
    assert (by_itself.read_at, by_itself.due_at) == (None, None)
    notices.choose(viewer, "reviewed", page=False, browser=True, mail=True)
    chosen = rung("2")
    assert chosen.read_at is not None
    assert chosen.due_at is not None
    notices.choose(viewer, "reviewed", page=False, browser=False, mail=False)
    assert rung("3") is None
    with pytest.raises(KeyError):
        notices.tell([viewer], home.team, "unheard of", "4", "Yes")


def test_telling_many_asks_as_often_as_telling_one(home, django_assert_num_queries):
    everybody = [one.pk for one in home.people.values() if one]
    with django_assert_num_queries(3):
        notices.tell(everybody, home.team, "reviewed", "reviewed:1", "Yes")
    assert Notice.objects.filter(key="reviewed:1").count() == len(everybody)


def test_a_mail_leaves_once_and_leads_to_its_thing(home, sends, mailoutbox):
    viewer = home.people["viewer"]
    notices.tell([viewer], home.team, "budget_asked", "b:1", "More, please", "/t/crew/budgets/")
    (pk,) = notices.due()
    assert notices.mail(pk)
    assert not notices.mail(pk)
    assert notices.due() == []
    (sent,) = mailoutbox
    assert sent.to == [viewer.email]
    assert "https://studio.example/t/crew/budgets/" in sent.body


def test_on_one_machine_a_mail_leads_where_one_is_signed_in(home, sends, mailoutbox, settings):
    """The browser's session is that of the name which ``make run`` prints."""
    settings.PUBLIC_URL, settings.LOCAL_URL = "", "http://127.0.0.1:8000"
    viewer = home.people["viewer"]
    notices.tell([viewer], home.team, "budget_asked", "b:2", "More, please", "/t/crew/budgets/")
    (pk,) = notices.due()
    assert notices.mail(pk)
    assert "http://localhost:8000/t/crew/budgets/" in mailoutbox[0].body


def test_a_mail_server_that_is_down_costs_a_later_mail(home, sends, monkeypatch):
    viewer = home.people["viewer"]
    notices.tell([viewer], home.team, "budget_asked", "b:1", "More, please")
    (pk,) = notices.due()

    def down(*_, **__):
        raise smtplib.SMTPException("no")

    monkeypatch.setattr(notices, "send_mail", down)
    for number in range(notices.MOST_TRIES):
        assert notices.due() == [pk], number
        assert not notices.mail(pk)
        assert notices.due() == []
        Notice.objects.filter(pk=pk, due_at__isnull=False).update(due_at=timezone.now())
    row = Notice.objects.get(pk=pk)
    assert (row.due_at, row.mailed_at, row.tries) == (None, None, notices.MOST_TRIES)


def test_who_left_meanwhile_gets_no_mail(home, sends, mailoutbox):
    viewer = home.people["viewer"]
    notices.tell([viewer], home.team, "budget_asked", "b:1", "More, please")
    viewer.memberships.all().delete()
    (pk,) = notices.due()
    assert not notices.mail(pk)
    assert (notices.due(), mailoutbox) == ([], [])


def test_nothing_is_due_where_no_mail_is_sent(home, settings):
    settings.SENDS_MAIL = False
    notices.tell([home.people["viewer"]], home.team, "budget_asked", "b:1", "More, please")
    assert notices.due() == []
    assert outbox.outbox == []


def test_a_text_gives_no_key_away(home):
    viewer = home.people["viewer"]
    notices.tell([viewer], home.team, "reviewed", "r:1", "Use sk-abcdefghijklmnop0123 here")
    assert "abcdefghijklmnop" not in Notice.objects.get(user=viewer).text


def test_dispatch_rings_for_mails_and_forgets_what_is_old(home, sends, monkeypatch):
    rung = []
    monkeypatch.setattr("generations.queue.ring", lambda task, *pks: rung.append((task, pks)))
    viewer = home.people["viewer"]
    notices.tell([viewer], home.team, "reviewed", "old", "Yes")
    Notice.objects.update(at=timezone.now() - notices.KEPT - dt.timedelta(hours=1))
    notices.tell([viewer], home.team, "budget_asked", "new", "More, please")
    assert Dispatch().notices() == 1
    assert rung == [("notice", (Notice.objects.get(key="new").pk,))]
    assert list(Notice.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.parametrize(
    ("state", "kind"),
    [("succeeded", "finished"), ("failed", "failed"), ("moderated", "failed")],
)
def test_the_maker_hears_how_a_clip_ended(home, state, kind):
    clip = Generation.objects.get(project=home.project)
    telling.ended(clip, State(state), "Refused there; not charged.", "")
    row = Notice.objects.get(user=clip.user, key=f"{state}:{clip.uuid}")
    assert row.kind == kind
    assert "A paper kite" in row.text
    assert ("not charged" in row.text) == (kind == "failed")
    assert row.url.endswith(f"/g/{clip.uuid}/")


def test_states_on_the_way_are_not_told(home):
    clip = Generation.objects.get(project=home.project)
    before = Notice.objects.count()
    for state in (State.QUEUED, State.RUNNING, State.ARCHIVING, State.CANCELLED):
        telling.ended(clip, state, "On its way", "")
    assert Notice.objects.count() == before


def test_owners_hear_of_a_lost_file(home):
    clip = Generation.objects.get(project=home.project)
    Generation.objects.update(user=home.people["creator"])
    clip.refresh_from_db()
    telling.ended(clip, State.FAILED, "No good file.", "lost_file")
    kinds = dict(Notice.objects.filter(key__contains=str(clip.uuid)).values_list("kind", "user"))
    assert kinds == {
        "failed": home.people["creator"].pk,
        "archive_trouble": home.people["owner"].pk,
    }


def test_a_budget_that_is_used_up_rings_the_bell_of_those_who_answer_for_it(home):
    purse = Purse.objects.create(
        team=home.team,
        scope=Scope.PROJECT,
        key=str(home.project.uuid),
        month=month_of(timezone.now()),
        limit_micros=1_000_000,
        spent_micros=850_000,
    )
    for _ in range(2):
        dispatch = Dispatch()
        dispatch.alerts()
    (said,) = Notice.objects.filter(user=home.people["producer"]).values_list("text", flat=True)
    assert "80 %" in said
    assert "$0.15 left" in said
    assert Notice.objects.filter(user=home.people["owner"], kind="budget_alert").count() == 1
    assert told(home.people["creator"]) == []
    assert purse.alerts.count() == 2
