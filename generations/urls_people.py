"""The addresses of invitations, and the door for programs."""

from django.urls import include, path

from .views import people

urlpatterns = [
    path("t/<slug:team>/team/invite/", people.invite, name="invite"),
    path(
        "t/<slug:team>/team/invite/<uuid:invitation>/revoke/",
        people.invite_revoke,
        name="invite_revoke",
    ),
    path("api/v1/", include("generations.urls_api")),
    path("join/<str:token>/", people.join, name="join"),
]
