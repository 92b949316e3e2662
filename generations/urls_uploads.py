"""The addresses of uploads."""

from django.urls import path

from .views import upload_pages, uploads

_TEAM = "t/<slug:team>/uploads/"
_ONE = "t/<slug:team>/p/<uuid:project>/uploads/<uuid:upload>/"

urlpatterns = [
    path(_TEAM, uploads.uploads, name="uploads"),
    path(f"{_TEAM}add/", uploads.uploads_add, name="uploads_add"),
    path(f"{_TEAM}change/", uploads.uploads_change, name="uploads_change"),
    path(f"{_TEAM}undo/", uploads.uploads_undo, name="uploads_undo"),
    path(f"{_TEAM}limit/", uploads.uploads_limit, name="uploads_limit"),
    path(_ONE, upload_pages.upload_page, name="upload_page"),
    path(f"{_ONE}about/", upload_pages.upload_about, name="upload_about"),
    path(f"{_ONE}remove/", upload_pages.upload_remove, name="upload_remove"),
    path(f"{_ONE}download/", upload_pages.upload_download, name="upload_download"),
]
