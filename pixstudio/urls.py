"""Every address. Each room lists its own; tests/test_access.py walks them all."""

from django.urls import include, path

from generations.admin import books

urlpatterns = [
    path("", include("generations.urls_projects")),
    path("", include("generations.urls")),
    path("", include("generations.urls_files")),
    path("", include("generations.urls_prompts")),
    path("", include("generations.urls_providers")),
    path("", include("generations.urls_spend")),
    path("", include("generations.urls_auditing")),
    path("", include("generations.urls_budgets")),
    path("", include("generations.urls_people")),
    path("", include("generations.urls_uploads")),
    path("", include("generations.urls_results")),
    path("", include("generations.urls_reviews")),
    path("", include("generations.urls_voices")),
    path("", include("generations.urls_notices")),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/security/", include("allauth.mfa.urls")),
    # To look only, for superusers; tests/spend/test_admin.py walks these.
    path("admin/", books.urls),
]
