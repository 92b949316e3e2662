"""A passkey, made and used in Chromium with an authenticator that is simulated."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.accounts.people import person, team

from .conftest import PASSWORD
from .eyes import Eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}
PATIENCE = 60_000


@pytest.fixture
def here(live_server, settings):
    """Browsers know no passkeys for an address of bare numbers."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    return live_server.url.replace("127.0.0.1", "localhost")


def test_a_passkey_is_added_and_signs_in(here, browser):
    ada = person("Ada")
    team(ada, slug="crew")
    context = browser.new_context()
    eyes = Eyes(context.new_page())
    page = eyes.page
    page.set_default_timeout(PATIENCE)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(f"{here}/accounts/login/")
    page.get_by_label("E-mail").fill(ada.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/t/crew/**")
    page.goto(f"{here}/accounts/security/webauthn/add/")
    # What protects the account changes only for somebody who proves once more who they are.
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("What you call it").fill("My laptop")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/recovery-codes/")

    context.clear_cookies()
    page.goto(f"{here}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/t/crew/**")

    page.goto(f"{here}/accounts/security/webauthn/")
    expect(page.locator(".who b")).to_have_text("My laptop", timeout=PATIENCE)
    context.close()
    assert eyes.complaints == []
