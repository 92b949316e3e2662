"""Addresses of files; generations.views.files says who may have them."""

from django.urls import path

from .views import files

_PROJECT = "t/<slug:team>/p/<uuid:project>"
_CLIP = f"{_PROJECT}/g/<uuid:generation>"

urlpatterns = [
    path("in/<str:signed>/<str:name>", files.shared_input, name="shared_input"),
    path(f"{_PROJECT}/uploads/", files.upload, name="upload"),
    path(f"{_PROJECT}/u/<uuid:upload>/", files.upload_file, name="upload_file"),
    path(f"{_CLIP}/file", files.clip, name="clip"),
    path(f"{_CLIP}/poster", files.clip_poster, name="clip_poster"),
    path(f"{_CLIP}/preview.mp4", files.clip_preview, name="clip_preview"),
    path(f"{_CLIP}/download/", files.clip_download, name="clip_download"),
    path(f"{_CLIP}/frame/", files.take_frame, name="take_frame"),
]
