"""The addresses for programs. ``slug`` is the team's, which the token must be for."""

from django.urls import path

from .views import api

urlpatterns = [
    path("me", api.api_me, name="api_me"),
    path("t/<slug:slug>/generations", api.api_generations, name="api_generations"),
    path(
        "t/<slug:slug>/generations/<uuid:generation>",
        api.api_generation,
        name="api_generation",
    ),
]
