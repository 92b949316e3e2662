"""allauth's forms of passkeys, which take what no browser would send for a crash."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

# What fido2 raises when a part is missing, or is another thing than it should be.
ODD = (KeyError, TypeError, AttributeError, ValueError, IndexError)


class AddKeyForm(forms.AddWebAuthnForm):  # type: ignore[misc]
    def clean(self) -> dict[str, Any]:
        try:
            data: dict[str, Any] = super().clean()
        except ODD:
            raise get_adapter().validation_error("incorrect_code") from None
        return data


class _UsedKey:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ODD:
            raise get_adapter().validation_error("incorrect_code") from None


class UseKeyForm(_UsedKey, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step."""


class ProveKeyForm(_UsedKey, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """ "Is it you?" """


class SignInKeyForm(_UsedKey, forms.LoginWebAuthnForm):  # type: ignore[misc]
    """In place of e-mail and password."""
