"""Teams and who belongs to them; each change leaves an audit line."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from pixstudio.secrets import new_code

from . import audit, invitations, sessions, tokens
from .models import Membership, Team, TeamRole, User


class CannotChange(Exception):
    """A change that would leave a team without an owner, or twice the same member."""


def make_team(owner: User, name: str) -> Team:
    """A new team with its owner. The address comes from the name, numbered where it is taken."""
    base = slugify(name)[:40] or "team"
    with transaction.atomic():
        team = _with_free_slug(base, name)
        Membership.objects.create(team=team, user=owner, role=TeamRole.OWNER)
        audit.record(owner, "team.made", team.name, team=team)
    return team


def _with_free_slug(base: str, name: str) -> Team:
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while True:
        slug = base if number == 1 else f"{base}-{number}"
        number += 1
        if slug in taken:
            continue
        try:
            with transaction.atomic():
                return Team.objects.create(slug=slug, name=name)
        except IntegrityError:  # somebody took it meanwhile
            continue


def make_person(actor: User, team: Team, *, email: str, name: str) -> tuple[User, str]:
    """A new person and a temporary password, which is kept nowhere and can be shown once."""
    password = f"{new_code()}-{new_code()}"
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name)
        audit.record(actor, "person.made", user.email, team=team)
    return user, password


def add_member(actor: User, team: Team, user: User, role: str) -> Membership:
    """Raises CannotChange when the person is a member already."""
    role = TeamRole(role)
    with transaction.atomic():
        member, made = Membership.objects.get_or_create(
            team=team, user=user, defaults={"role": role}
        )
        if not made:
            raise CannotChange(f"{user} is in this team already.")
        audit.record(actor, "member.added", user.email, team=team, role=role.value)
    return member


def change_role(actor: User, member: Membership, role: str) -> None:
    """Raises CannotChange for the last owner, who must name another owner first."""
    after = TeamRole(role)
    with transaction.atomic():
        before = _locked(member).role
        if before == after:
            return
        _leave_an_owner(member, before)
        Membership.objects.filter(pk=member.pk).update(role=after)
        facts = {"before": before, "after": after.value}
        audit.record(actor, "member.role", member.user.email, team=member.team, **facts)
        if after is not TeamRole.OWNER:
            invitations.revoke_all_by(actor, member.team, member.user)
    member.role = after


def remove_member(actor: User, member: Membership) -> None:
    """Their work stays, under their name. Raises CannotChange for the last owner."""
    with transaction.atomic():
        _leave_an_owner(member, _locked(member).role)
        Membership.objects.filter(pk=member.pk).delete()
        facts = {"role": member.role}
        audit.record(actor, "member.removed", member.user.email, team=member.team, **facts)
        invitations.revoke_all_by(actor, member.team, member.user)
        tokens.revoke_all(actor, member.user, member.team)


def leave(member: Membership) -> None:
    """Somebody goes by themselves. Raises CannotChange for the last owner."""
    with transaction.atomic():
        role = _locked(member).role
        _leave_an_owner(member, role)
        Membership.objects.filter(pk=member.pk).delete()
        audit.record(member.user, "member.left", member.user.email, team=member.team, role=role)
        invitations.revoke_all_by(member.user, member.team, member.user)
        tokens.revoke_all(member.user, member.user, member.team)


def hand_over(mine: Membership, theirs: Membership) -> None:
    """The other becomes an owner and I a member, in one step."""
    with transaction.atomic():
        _locked(mine)
        now = Membership.objects.select_related("user").get(pk=theirs.pk, team_id=mine.team_id)
        if now.pk == mine.pk or not now.user.is_active:
            raise CannotChange("Choose somebody else of the team, whose account is in use.")
        change_role(mine.user, theirs, TeamRole.OWNER)
        change_role(mine.user, mine, TeamRole.MEMBER)
        audit.record(mine.user, "ownership.handed_over", now.user.email, team=mine.team)


def may_switch(actor: User, user: User) -> bool:
    """May this person switch that account off and on? It is the same one in all of its teams."""
    if actor.pk == user.pk:
        return False
    if actor.is_superuser:
        return True
    owned = Membership.objects.filter(user=actor, role=TeamRole.OWNER).values("team")
    elsewhere = Membership.objects.filter(user=user).exclude(team__in=owned)
    return not user.is_superuser and not elsewhere.exists()


def switch_off(actor: User, member: Membership) -> None:
    """Nobody signs in with this account any more, and every browser is signed out at once.

    What runs goes on to its end, and is paid from what was held for it. Raises CannotChange.
    """
    user = member.user
    with transaction.atomic():
        _refuse_switching(actor, user)
        teams = list(user.memberships.select_related("team", "user").order_by("team_id"))
        for one in teams:
            _leave_an_owner(one, _locked(one).role)
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            return
        for one in teams:
            audit.record(actor, "account.switched_off", user.email, team=one.team)
            invitations.revoke_all_by(actor, one.team, user)
        tokens.revoke_all(actor, user)
        sessions.end_all(user)
    user.is_active = False


def switch_on(actor: User, member: Membership) -> None:
    """The account can be used again, with the same password and roles. Raises CannotChange."""
    user = member.user
    with transaction.atomic():
        _refuse_switching(actor, user)
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            return
        for one in user.memberships.select_related("team"):
            audit.record(actor, "account.switched_on", user.email, team=one.team)
    user.is_active = True


def _refuse_switching(actor: User, user: User) -> None:
    if not may_switch(actor, user):
        raise CannotChange(
            "Only an administrator of this PixStudio can switch this account off or on. You can "
            "remove the person from the team."
        )


def _locked(member: Membership) -> Membership:
    """The membership as it is now, with the whole team waiting: two owners may leave at once."""
    Team.objects.select_for_update().get(pk=member.team_id)
    return Membership.objects.get(pk=member.pk)


def _leave_an_owner(member: Membership, role: str) -> None:
    others = Membership.objects.filter(
        team_id=member.team_id, role=TeamRole.OWNER, user__is_active=True
    )
    if role == TeamRole.OWNER and not others.exclude(pk=member.pk).exists():
        raise CannotChange("A team needs an owner. Make somebody else an owner first.")
