"""The addresses of notices."""

from django.urls import path

from .views import notices

_TEAM = "t/<slug:team>/notices/"

urlpatterns = [
    path(_TEAM, notices.notices, name="notices"),
    path(f"{_TEAM}latest/", notices.notices_latest, name="notices_latest"),
    path(f"{_TEAM}news/", notices.notices_news, name="notices_news"),
    path(f"{_TEAM}read/", notices.notices_read, name="notices_read"),
    path(f"{_TEAM}choices/", notices.notices_choices, name="notices_choices"),
    path(f"{_TEAM}<int:notice>/", notices.notice, name="notice"),
]
