"""Lets views behave as if there were no htmx, and pages be as new as they look."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

Get = Callable[[HttpRequest], HttpResponse]


class HtmxWayMiddleware:
    """Turns redirects into ``HX-Redirect`` for htmx, and marks answers that differ for it."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if request.headers.get("HX-Request") == "true" and response.status_code in (301, 302, 303):
            target = response.headers["Location"]
            cookies = response.cookies
            response = HttpResponse(status=204, headers={"HX-Redirect": target})
            response.cookies = cookies
        return response


class FreshPagesMiddleware:
    """No page is kept by the browser: the Back button would show it without what came since."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response
