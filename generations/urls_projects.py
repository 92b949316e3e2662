"""The addresses of the first minutes and of a team's projects."""

from django.urls import include, path

from .views import moving, projects, setup

_project = [
    path("settings/", projects.project_settings, name="project_settings"),
    path("rename/", projects.project_rename, name="project_rename"),
    path("archive/", projects.project_archive, name="project_archive"),
    path("restore/", projects.project_restore, name="project_restore"),
    path("budget/", projects.project_budget, name="project_budget"),
    path("give/", projects.project_give, name="project_give"),
    path("people/<int:member>/", projects.project_role, name="project_role"),
]

urlpatterns = [
    path("", setup.home, name="home"),
    path("setup/", setup.setup, name="setup"),
    path("welcome/", setup.welcome, name="welcome"),
    path("welcome/sandbox/", setup.welcome_sandbox, name="welcome_sandbox"),
    path("welcome/empty/", setup.welcome_empty, name="welcome_empty"),
    path("t/<slug:team>/projects/", projects.projects, name="projects"),
    path("t/<slug:team>/projects/new/", projects.project_new, name="project_new"),
    path("t/<slug:team>/projects/own/", projects.project_own, name="project_own"),
    path(
        "t/<slug:team>/p/<uuid:project>/g/<uuid:generation>/move/",
        moving.generation_move,
        name="generation_move",
    ),
    path("t/<slug:team>/projects/<uuid:project>/", include(_project)),
]
