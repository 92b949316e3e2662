"""Django's admin, to look only: what was charged, for superusers. Nothing else is in it.

A site of its own, so that no other package's rows can be changed there.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from accounts.models import Movement
from accounts.money import format_usd
from generations.models import SpendDay, SpendMonth


class LookOnly(ModelAdmin):  # type: ignore[type-arg]
    """Rows that are kept by the books alone: nobody adds, changes or deletes one here."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    has_module_permission = has_view_permission


class SumAdmin(LookOnly):
    list_display = (
        "day",
        "team",
        "play",
        "project",
        "user",
        "account",
        "model",
        "operation",
        "clips",
        "charged",
        "published",
        "cheapest",
    )
    list_filter = (
        "play",
        "team",
        "provider",
        "model",
        "operation",
    )
    list_select_related = ("team", "project", "user", "account")
    date_hierarchy = "day"
    ordering = ("-day", "-pk")

    def charged(self, row: Any) -> str:
        return format_usd(row.micros)

    def published(self, row: Any) -> str:
        """Of the clips whose price is published."""
        return f"{format_usd(row.published_micros)} ({row.published_clips})"

    def cheapest(self, row: Any) -> str:
        return f"{format_usd(row.cheapest_micros)} ({row.cheapest_clips})"


class MovementAdmin(LookOnly):
    list_select_related = ("team", "user")
    list_display = (
        "at",
        "kind",
        "team",
        "user",
        "amount",
        "units",
        "unit",
        "play",
        "month",
        "note",
    )
    list_filter = (
        "kind",
        "play",
        "team",
    )
    search_fields = (
        "subject__exact",
        "key__exact",
    )
    ordering = ("-pk",)

    def amount(self, row: Movement) -> str:
        return format_usd(row.micros)


class Books(AdminSite):
    site_header = site_title = "PixStudio: the books"
    index_title = "What was charged"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """By the studio's own sign-in page, which slows down who guesses."""
        if request.user.is_authenticated:
            raise PermissionDenied("Only for superusers.")
        return redirect_to_login(request.GET.get("next", request.path))


books = Books(name="books")
books.register([SpendDay, SpendMonth], SumAdmin)
books.register(Movement, MovementAdmin)
