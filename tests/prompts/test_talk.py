"""Comments, and approval before a version becomes the house's."""

import pytest

from accounts.models import AuditLine, Notice
from generations.models import (
    HOUSE,
    Project,
    ProjectMembership,
    ProjectRole,
    PromptApproval,
    PromptComment,
)
from generations.prompts import approvals, comments, library, versions
from generations.prompts.versions import About, Words
from generations.prompts.who import Reader, deciders

AT = "/t/crew/prompts/"
pytestmark = pytest.mark.django_db


def page(client, path=""):
    answer = client.get(AT + path)
    assert answer.status_code == 200
    return answer.content.decode()


def told(user, kind):
    return list(Notice.objects.filter(user=user, kind=kind).values_list("text", flat=True))


def labels(prompt):
    return dict(prompt.labels.values_list("name", "version__number"))


def test_a_viewer_comments_and_the_author_hears_of_it(home, shared, visit):
    client, at = visit("viewer"), f"{AT}{shared.prompt.uuid}/"
    answer = client.post(f"{at}comments/", {"text": "Too <b>slow</b>", "version": "1"})
    made = PromptComment.objects.latest("pk")
    assert answer.headers["Location"].endswith(f"?v=1#comment-{made.pk}")
    text = page(client, f"{shared.prompt.uuid}/")
    assert "Too &lt;b&gt;slow&lt;/b&gt;" in text
    (said,) = told(home.people["owner"], "commented")
    assert "Product shot" in said
    assert told(home.people["viewer"], "commented") == []
    # Whoever spoke before hears of the next one.
    visit("creator").post(f"{at}comments/", {"text": "Indeed", "version": ""})
    assert len(told(home.people["viewer"], "commented")) == 1


def test_one_changes_and_deletes_what_one_said_oneself(home, shared, visit):
    one = comments.add(home.people["viewer"], shared.prompt, None, "First")
    at = f"{AT}{shared.prompt.uuid}/comments/{one.pk}/"
    viewer, owner = visit("viewer"), visit("owner")
    assert owner.post(at, {"text": "Mine"}).status_code == 403
    assert owner.post(f"{at}delete/").status_code == 403
    viewer.post(at, {"text": "Second"})
    text = page(owner, f"{shared.prompt.uuid}/")
    assert "Second" in text
    assert "First" not in text
    viewer.post(f"{at}delete/")
    assert "Second" not in page(owner, f"{shared.prompt.uuid}/")
    assert viewer.post(at, {"text": "Third"}).status_code == 404


def test_nothing_typed_is_lost(home, shared, visit):
    client = visit("viewer")
    answer = client.post(f"{AT}{shared.prompt.uuid}/comments/", {"text": "x" * 2001})
    text = answer.content.decode()
    assert "x" * 2001 in text
    assert 'aria-describedby="comment-error"' in text
    assert not PromptComment.objects.filter(prompt=shared.prompt).exists()


def test_who_lost_the_project_hears_nothing_of_its_prompts(home):
    owner, creator = home.people["owner"], home.people["creator"]
    about = About("Inner", project=home.project)
    inner = versions.make(creator, home.team, about, Words("x")).prompt
    home.project.memberships.filter(user=creator).delete()
    comments.add(owner, inner, None, "Secret")
    assert told(creator, "commented") == []


def test_the_house_label_only_moves_to_what_was_approved(home, shared, visit):
    prompt, at = shared.prompt, f"{AT}{shared.prompt.uuid}/"
    producer, creator = visit("producer"), visit("creator")
    answer = producer.post(f"{at}label/", {"name": "house", "version": "1"}, follow=True)
    assert "Version 1 is not approved yet" in answer.content.decode()
    assert labels(prompt) == {}

    creator.post(f"{at}ask/", {"version": "1", "note": "It sells"})
    assert "asks you to approve" in told(home.people["producer"], "prompt_approval")[0]
    assert told(home.people["creator"], "prompt_approval") == []
    assert told(home.people["viewer"], "prompt_approval") == []
    waiting = page(producer, "approvals/")
    assert "It sells" in waiting
    assert "Approve" in waiting
    assert ">Approve<" not in page(creator, "approvals/").replace("\n", "")
    assert creator.post(f"{at}approve/", {"version": "1"}).status_code == 403

    # A decline needs its reason.
    answer = producer.post(f"{at}decline/", {"version": "1"})
    assert "Say why" in answer.content.decode()
    producer.post(f"{at}decline/", {"version": "1", "note": "No logo"})
    assert "No logo" in told(home.people["creator"], "prompt_decided")[0]
    assert not versions.is_approved(shared)

    creator.post(f"{at}ask/", {"version": "1", "note": "Now with logo"})
    producer.post(f"{at}approve/", {"version": "1", "house": "on", "list": "1"})
    assert labels(prompt) == {"house": 1}
    verbs = AuditLine.objects.filter(verb__startswith="prompt.").values_list("verb", flat=True)
    assert {"prompt.asked", "prompt.declined", "prompt.approved", "prompt.labelled"} <= set(verbs)
    assert "Nothing waits" in page(producer, "approvals/")


def test_back_to_an_earlier_approved_version_needs_no_new_approval(home, shared, visit):
    owner, prompt = home.people["owner"], shared.prompt
    approvals.approve(owner, shared, "", house=True)
    second = versions.add(owner, prompt, Words("A better one"))
    with pytest.raises(versions.NotApproved):
        versions.set_label(owner, prompt, HOUSE, second)
    approvals.approve(owner, second, "", house=True)
    assert labels(prompt) == {"house": 2}
    visit("producer").post(f"{AT}{prompt.uuid}/label/", {"name": "house", "version": "1"})
    assert labels(prompt) == {"house": 1}
    # A fork begins without.
    fork = versions.fork(owner, shared, None)
    assert not versions.is_approved(fork)


def test_a_request_is_decided_once_and_withdrawn_by_whoever_asked(home, shared, visit):
    creator, producer = home.people["creator"], home.people["producer"]
    asked = approvals.ask(creator, shared, "")
    with pytest.raises(approvals.CannotAsk):
        approvals.ask(producer, shared, "")
    at = f"{AT}{shared.prompt.uuid}/"
    assert visit("producer").post(f"{at}withdraw/", {"version": "1"}).status_code == 403
    visit("creator").post(f"{at}withdraw/", {"version": "1"})
    asked.refresh_from_db()
    assert asked.verdict == approvals.WITHDRAWN
    assert not approvals.decide(producer, asked, approved=True, note="")
    assert not versions.is_approved(shared)
    again = approvals.ask(creator, shared, "")
    assert approvals.decide(producer, again, approved=True, note="")
    assert not approvals.decide(home.people["owner"], again, approved=False, note="No")
    assert PromptApproval.objects.filter(version=shared, verdict="approved").count() == 1


def test_approval_of_a_projects_prompt_is_for_its_own_producers(home):
    other = home.team.projects.create(name="Other", created_by=home.people["owner"])
    about = About("Inner", project=other)
    inner = versions.make(home.people["owner"], home.team, about, Words("x"))
    approvals.ask(home.people["owner"], inner, "")
    assert told(home.people["producer"], "prompt_approval") == []
    member = home.team.memberships.get(user=home.people["producer"])
    assert approvals.waiting(Reader.of(member)) == []


def test_pages_are_walked_by_place(home, monkeypatch):
    """No prompt twice, none left out, those of the same moment too."""
    monkeypatch.setattr(library, "PAGE", 3)
    owner = home.people["owner"]
    for number in range(8):
        versions.make(owner, home.team, About(f"P{number}"), Words("Words"))
    moment = home.team.prompts.latest("pk").changed_at
    home.team.prompts.update(changed_at=moment)
    reader = Reader.of(home.team.memberships.get(user=owner))
    seen, before = [], ""
    while True:
        rows, before = library.found(reader, library.Asked.of({"before": before}))
        seen += [one.title for one in rows]
        if not before:
            break
    assert sorted(seen) == sorted(home.team.prompts.values_list("title", flat=True))


def test_a_project_that_one_began_oneself_gives_no_right_to_the_teams_prompts(home, shared, visit):
    """Whoever may begin a project would otherwise be a producer, and approve what they like."""
    for role in ("viewer", "creator"):
        person = home.people[role]
        mine = Project.objects.create(team=home.team, name=f"Of {role}", created_by=person)
        ProjectMembership.objects.create(project=mine, user=person, role=ProjectRole.PRODUCER)
    at = f"{AT}{shared.prompt.uuid}/"
    approvals.ask(home.people["creator"], shared, "")
    for role in ("viewer", "creator"):
        assert home.people[role].pk not in deciders(shared.prompt)
        assert visit(role).post(f"{at}approve/", {"version": "1"}).status_code == 403
        assert ">Approve<" not in page(visit(role), "approvals/").replace("\n", "")
    assert home.people["producer"].pk in deciders(shared.prompt)
    label = {"name": "mine", "version": "1"}
    assert visit("viewer").post(f"{at}label/", label).status_code == 403
    assert not versions.is_approved(shared)
