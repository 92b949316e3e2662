"""The addresses of voices."""

from django.urls import path

from generations.views import voices

project = "t/<slug:team>/p/<uuid:project>/voices/"
one = f"{project}<uuid:voice>/"

urlpatterns = [
    path(project, voices.voices, name="voices"),
    path(f"{one}withdraw/", voices.voice_withdraw, name="voice_withdraw"),
    path(f"{one}cancel/", voices.voice_cancel, name="voice_cancel"),
    path(f"{one}resolve/", voices.voice_resolve, name="voice_resolve"),
]
