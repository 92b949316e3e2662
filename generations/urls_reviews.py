"""The addresses of reviews: verdicts, remarks, comparing, and what guests see."""

from django.urls import path

from generations.views import compare, guest_links, guests, reviews

project = "t/<slug:team>/p/<uuid:project>/"
one = f"{project}g/<uuid:generation>/"
remark = f"{one}comments/<uuid:comment>/"
links = f"{project}guest-links/"
guest = "guest/<str:guest>/"
shown = f"{guest}c/<uuid:generation>/"

urlpatterns = [
    path(f"{one}review/", reviews.review_decide, name="review_decide"),
    path(f"{one}review/next/", reviews.review_next, name="review_next"),
    path(f"{one}comments/", reviews.review_comment, name="review_comment"),
    path(remark, reviews.review_change, name="review_change"),
    path(f"{remark}remove/", reviews.review_remove, name="review_remove"),
    path(f"{remark}settle/", reviews.review_settle, name="review_settle"),
    path("t/<slug:team>/compare/", compare.compare, name="compare"),
    path(links, guest_links.review_links, name="review_links"),
    path(f"{links}new/", guest_links.review_link_new, name="review_link_new"),
    path(f"{links}<uuid:link>/revoke/", guest_links.review_link_revoke, name="review_link_revoke"),
    path(guest, guests.guest, name="guest"),
    path(f"{guest}open/", guests.guest_open, name="guest_open"),
    path(f"{guest}name/", guests.guest_name, name="guest_name"),
    path(shown, guests.guest_clip, name="guest_clip"),
    path(f"{shown}file", guests.guest_file, name="guest_file"),
    path(f"{shown}poster", guests.guest_poster, name="guest_poster"),
    path(f"{shown}download/", guests.guest_download, name="guest_download"),
    path(f"{shown}review/", guests.guest_decide, name="guest_decide"),
    path(f"{shown}comments/", guests.guest_comment, name="guest_comment"),
    path(f"{shown}comments/<uuid:comment>/remove/", guests.guest_remove, name="guest_remove"),
]
