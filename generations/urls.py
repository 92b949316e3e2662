"""The studio, a generation's page, and what nobody can tell about."""

from django.urls import path

from generations.views import detail, listed, live, masks, picking, recalled, studio, uncertain

project = "t/<slug:team>/p/<uuid:project>/"
lists = f"{project}lists/<slug:listing>/"
found = f"{project}masks/<uuid:selection>/"
one = f"{project}g/<uuid:generation>/"

urlpatterns = [
    path(project, studio.studio, name="studio"),
    path(f"{project}quote/", studio.quote, name="quote"),
    path(f"{project}generate/", studio.generate, name="generate"),
    path(f"{project}live/", live.live, name="live"),
    path(f"{project}prompts-before/", recalled.prompts_before, name="prompts_before"),
    path(f"{project}pick/", picking.pick, name="pick"),
    path(lists, listed.lists, name="lists"),
    path(f"{lists}read/", listed.list_read, name="list_read"),
    path(f"{lists}age/", listed.list_age, name="list_age"),
    path(f"{lists}preview/", listed.list_preview, name="list_preview"),
    path(f"{project}masks/", masks.masks, name="masks"),
    path(f"{found}picture/", masks.mask_picture, name="mask_picture"),
    path(f"{found}resolve/", uncertain.resolve_selection, name="resolve_selection"),
    path(one, detail.generation, name="generation"),
    path(f"{one}live/", detail.generation_live, name="generation_live"),
    path(f"{one}cancel/", detail.cancel, name="cancel"),
    path(f"{one}refetch/", detail.refetch, name="refetch"),
    path(f"{one}resolve/", uncertain.resolve, name="resolve"),
    path("t/<slug:team>/uncertain/", uncertain.uncertain, name="uncertain"),
]
