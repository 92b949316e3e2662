"""The addresses that these tests need: files, and the pages one may be sent to."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from generations import urls_files


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("setup/", page, name="setup"),
    path("", page, name="home"),
    path("accounts/", include("allauth.account.urls")),
    path("t/<slug:team>/p/<uuid:project>/", page, name="studio"),
    path("t/<slug:team>/p/<uuid:project>/g/<uuid:generation>/", page, name="generation"),
    *urls_files.urlpatterns,
]
