import pytest

from accounts import audit
from accounts.models import AuditLine
from accounts.models.frozen import Frozen

from .people import person, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return person("Ada")


def test_the_actors_name_is_copied(ada):
    line = audit.record(ada, "price.entered", "Pixazo", team=team(ada), before="1", after="2")
    ada.name = "Countess"
    ada.save(update_fields=["name"])
    line.refresh_from_db()
    assert line.actor_name == "Ada"
    assert line.details == "1 → 2"
    assert line.what == "Price entered"


def test_without_an_actor_it_was_the_studio(db):
    assert audit.record(None, "hold.released", "x").actor_name == audit.SYSTEM


@pytest.mark.parametrize(
    "facts",
    [
        {"api_key": "abcdefgh"},
        {"key": "x"},
        {"password": "hunter22"},
        {"authorization": "Basic"},
        {"before": "sk-abcdefgh"},
        {"after": "user:12-abcdefgh"},
        {"note": "sandbox-0123456789"},
        {"nested": {"key": "abcdefgh"}},
        {"rows": ["fine", "sk-abcdefgh"]},
    ],
)
def test_keys_are_refused(ada, facts):
    with pytest.raises(ValueError, match="looks like a key"):
        audit.record(ada, "provider.changed", "Pixazo", **facts)
    assert not AuditLine.objects.exists()


def test_prose_and_targets_are_kept_without_the_key(ada):
    line = audit.record(ada, "x.y", "prompt sk-abcdefgh", note="he used sk-abcdefgh for it")
    assert line.target == "prompt [redacted]"
    assert line.facts == {"note": "he used [redacted] for it"}


def test_harmless_facts_stay_as_they_are(ada):
    facts = {"micros": 5, "play": True, "rows": ["a", "b"], "before": None, "keyframes": "3"}
    line = audit.record(ada, "x.y", "t", **facts)
    line.refresh_from_db()
    assert line.facts == facts


def test_long_names_are_cut(ada):
    line = audit.record(ada, "x.y", "t" * 300)
    assert len(line.target) == 100


def test_lines_are_written_once(ada):
    line = audit.record(ada, "x.y", "t")
    with pytest.raises(Frozen):
        line.save()
    with pytest.raises(Frozen):
        AuditLine.objects.update(target="other")


@pytest.mark.parametrize(
    ("verb", "facts", "said"),
    [
        ("budget.set", {"before": None, "after": 5_000_000, "play": True},
         "no limit → $5.00, play money"),
        ("generation.requested", {"micros": 225_000, "takes": 2, "generations": ["a", "b"]},
         "amount: $0.225, 2 takes"),
        ("ceiling.set", {"before": None, "after": 500_000}, "none → $0.50"),
        ("price.withdrawn", {"before": "0.5 USD per clip"}, "was 0.5 USD per clip"),
        ("rate.entered", {"unit": "credits", "before": "0.005", "after": "0.006"},
         "0.005 → 0.006 USD for one of its credits"),
        ("balance.typed", {"at": "2026-01-02 10:00", "unit": "credit", "after": "100"},
         "100 credit, at: 2026-01-02 10:00"),
        ("topup.entered", {"unit": "credit", "amount": "100", "paid_micros": 500_000},
         "amount: 100 credit, paid: $0.50"),
        ("discrepancy.resolved",
         {"before": "Open", "after": "Refunded", "risk_micros": 225_000, "refund_micros": 225_000,
          "note": "ticket 7"},
         "Open → Refunded, at risk: $0.225, came back: $0.225, “ticket 7”"),
        ("generation.resolved", {"verdict": "never_ran", "micros": None, "remote_id": ""},
         "it never ran"),
        ("month.closed", {"files": 2, "sha256": "0123456789abcdef"},
         "files: 2, SHA-256: 0123456789ab…"),
        ("team.second_factor", {"needed": True}, "needed: yes"),
        ("provider.tested", {"ok": False, "words": "The key was refused."},
         "worked: no, The key was refused."),
        ("member.role", {"before": "member", "after": "owner"}, "member → owner"),
        ("x.y", {"rows": [1, 2, 3, 4]}, "rows: 4"),
        ("x.y", {}, ""),
        ("provider.changed", {"before": {"name": "a"}, "after": {"name": "b"}},
         "name: a → b"),
    ],
)  # fmt: skip
def test_details_are_written_for_people(ada, verb, facts, said):
    assert audit.record(ada, verb, "t", **facts).details == said
