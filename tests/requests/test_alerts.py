"""Thresholds: told once a month, in the page and by mail; and where the month leads."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import ledger
from accounts.budgets import set_alerts, set_budget
from accounts.forecast import month_end
from accounts.models import AuditLine, BudgetAlert, Notice, Scope
from generations.budgets import alerts
from generations.dispatch.tick import Dispatch
from generations.models import Generation, ProjectMembership, ProjectRole

pytestmark = pytest.mark.django_db


@pytest.fixture
def limited(project, owner, price):
    """The project has enough for four takes."""
    key = str(project.uuid)
    set_budget(owner, project.team, scope="project", key=key, play=True, limit_micros=4 * price)


def send():
    for pk in alerts.due():
        alerts.mail(pk)


def test_each_threshold_is_told_once_to_those_who_answer_for_it(
    project, people, owner, limited, press, mailoutbox
):
    press(people["carl"])
    assert alerts.watch() == []
    press(people["carl"])
    alerts.watch()
    assert alerts.watch() == []
    send()
    send()
    (mail,) = mailoutbox
    assert sorted(mail.to) == sorted([owner.email, people["petra"].email])
    assert mail.subject == "Sample team: 50 % of the play budget of Sample project is used"
    now = timezone.localtime()
    assert mail.body.startswith(
        "Of the play budget of Sample project, $0.45 of $0.90 are spent or held in "
        f"{now:%B %Y}; $0.45 left."
    )
    press(people["carl"])
    alerts.watch()
    assert BudgetAlert.objects.count() == 1
    press(people["carl"])
    alerts.watch()
    # 80 and 100 at once: both are kept, and one mail says the higher.
    assert sorted(BudgetAlert.objects.values_list("percent", flat=True)) == [50, 80, 100]
    send()
    assert len(mailoutbox) == 2
    assert "100 %" in mailoutbox[1].subject
    assert "Nothing more can be made" in mailoutbox[1].body


def test_a_persons_own_budget_is_told_to_them_too(project, people, owner, press, price, mailoutbox):
    carl = people["carl"]
    key = str(carl.pk)
    set_budget(owner, project.team, scope="person", key=key, play=True, limit_micros=price)
    press(carl)
    alerts.watch()
    send()
    # And to the producer he works for, who may set it.
    told = [owner.email, people["petra"].email, carl.email]
    assert sorted(mailoutbox[0].to) == sorted(told)


def test_who_may_only_look_by_now_is_told_nothing(project, people, owner, press, price, mailoutbox):
    carl = people["carl"]
    key = str(carl.pk)
    set_budget(owner, project.team, scope="person", key=key, play=True, limit_micros=price)
    press(carl)
    ProjectMembership.objects.filter(user=carl).update(role=ProjectRole.VIEWER)
    Dispatch().alerts()
    send()
    assert [mail.to for mail in mailoutbox] == [[owner.email]]
    assert set(Notice.objects.values_list("user", "kind")) == {(owner.pk, "budget_alert")}


def test_money_that_comes_back_takes_it_off_the_page_and_it_is_not_told_twice(
    project, people, limited, press, mailoutbox
):
    from generations import lifecycle

    made = press(people["carl"], takes=2)
    alerts.watch()
    send()
    assert [one.alert.percent for one in alerts.of_month(project.team)] == [50]
    lifecycle.cancel(made[0], people["carl"])
    assert alerts.of_month(project.team) == []
    press(people["carl"])
    alerts.watch()
    send()
    assert len(mailoutbox) == 1


def test_a_mail_server_that_is_down_stops_nothing_and_is_tried_again(
    project, people, limited, press, mailoutbox, monkeypatch
):
    def down(*_args, **_more):
        raise ConnectionRefusedError("no mail server")

    with monkeypatch.context() as broken:
        broken.setattr(alerts, "send_mail", down)
        press(people["carl"], takes=2)
        alerts.watch()
        send()
        assert not alerts.due()
        assert press(people["carl"])
    BudgetAlert.objects.update(due_at=timezone.now())
    send()
    assert len(mailoutbox) == 1
    assert BudgetAlert.objects.get().tries == 2
    # For ever it is not tried either.
    BudgetAlert.objects.update(tries=alerts.MOST_TRIES, mailed_at=None, due_at=timezone.now())
    monkeypatch.setattr(alerts, "send_mail", down)
    send()
    assert BudgetAlert.objects.get().due_at is None


def test_a_team_chooses_its_thresholds(project, people, owner, limited, press):
    set_alerts(owner, project.team, [25])
    press(people["carl"])
    (told,) = alerts.watch()
    assert told.percent == 25
    set_alerts(owner, project.team, [])
    press(people["carl"], takes=3)
    assert alerts.watch() == []
    assert AuditLine.objects.filter(verb="alerts.set").count() == 2


def test_dispatch_looks_and_rings(people, limited, press, monkeypatch):
    rung = []
    monkeypatch.setattr("generations.queue.ring", lambda task, *ids: rung.append((task, *ids)))
    press(people["carl"], takes=2)
    dispatch = Dispatch()
    dispatch.alerts()
    # And for the notices, of which none is to be mailed.
    assert rung == [("tell", BudgetAlert.objects.get().pk), ("notice",)]
    assert dispatch.alerts() == 0


@pytest.mark.parametrize(
    ("day", "hour", "spent", "held", "expected"),
    [
        (1, 12, 100, 5, None),
        (3, 23, 100, 5, None),
        (4, 0, 300, 5, 3005),
        (16, 0, 1500, 0, 3000),
        (16, 12, 0, 7, 7),
        (30, 0, 2900, 100, 3100),
        (16, 0, -50, 20, 20),
    ],
)
def test_where_november_leads(day, hour, spent, held, expected, settings):
    at = dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC)
    assert month_end(spent, held, at) == expected


def test_the_meter_says_how_much_is_used(client, project, owner, press, price):
    set_budget(owner, project.team, scope=Scope.TEAM, play=True, limit_micros=2 * price)
    press(owner, takes=2)
    client.force_login(owner)
    answer = client.get(f"/t/{project.team.slug}/budgets/").content.decode()
    assert '<span class="tag bad">100 %' in answer
    assert Generation.objects.count() == 2
    assert ledger.standing(project.team, play=True).left_micros == 0
