"""Django's admin shows the books to superusers, and changes nothing."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, get_resolver

from accounts.models import Movement
from generations.models import SpendDay

PAGES = ("", "generations/spendday/", "generations/spendmonth/", "accounts/movement/")


@pytest.fixture
def books(crew):
    crew.clip()
    crew.olga.is_staff = crew.olga.is_superuser = True
    crew.olga.save()
    return crew


def test_superusers_see_the_same_figures(books, as_):
    browser = as_(books.olga)
    for page in PAGES:
        answer = browser.get(f"/admin/{page}")
        assert answer.status_code == 200, page
    assert "$0.10" in browser.get("/admin/generations/spendday/").content.decode()
    row = SpendDay.objects.get()
    assert browser.get(f"/admin/generations/spendday/{row.pk}/change/").status_code == 200


def test_nobody_changes_anything_there(books, as_):
    browser, row = as_(books.olga), Movement.objects.first()
    for page in PAGES[1:]:
        assert browser.get(f"/admin/{page}add/").status_code == 403
        assert browser.post(f"/admin/{page}add/", {}).status_code == 403
    for what in ("change", "delete"):
        path = f"/admin/accounts/movement/{row.pk}/{what}/"
        assert browser.post(path, {"post": "yes"}).status_code == 403
    assert Movement.objects.filter(pk=row.pk).exists()


def test_nobody_else_gets_in(books, as_, client):
    row = SpendDay.objects.get().pk
    paths = [f"/admin/{page}" for page in PAGES]
    paths += [f"/admin/generations/spendday/{row}/change/", "/admin/login/", "/admin/jsi18n/"]
    for path in paths:
        answer = client.get(path, follow=True)
        assert answer.redirect_chain[-1][0].startswith("/accounts/login/"), path
        for somebody in (books.audrey, books.pia, books.carl):
            assert as_(somebody).get(path, follow=True).status_code == 403, (path, somebody)


def test_only_the_books_are_in_it():
    """No other package's rows came in by themselves."""
    (site,) = (
        one for one in get_resolver().url_patterns if getattr(one, "app_name", "") == "admin"
    )
    rooms = {str(one.pattern) for one in site.url_patterns if not isinstance(one, URLPattern)}
    assert rooms == {"generations/spendday/", "generations/spendmonth/", "accounts/movement/"}
