"""A person's own facts; each change leaves an audit line."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from . import audit
from .models import User


def change_email(user: User, email: str) -> None:
    """From now on the person signs in with this. Raises IntegrityError where it is taken."""
    before, after = user.email, email.lower()
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(email=after)
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=after, primary=True)
        audit.record(user, "person.email", after, before=before, after=after)
    user.email = after
