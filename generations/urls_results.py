"""The addresses of results."""

from django.urls import path

from .views import result_files, result_marks, results

_TEAM = "t/<slug:team>/results/"
_CLIP = "t/<slug:team>/p/<uuid:project>/g/<uuid:generation>/"

urlpatterns = [
    path(_TEAM, results.results, name="results"),
    path(f"{_TEAM}news/", results.results_news, name="results_news"),
    path(f"{_TEAM}searches/", results.results_search, name="results_search"),
    path(f"{_TEAM}searches/<int:search>/forget/", results.results_forget, name="results_forget"),
    path(f"{_TEAM}bulk/", result_marks.results_bulk, name="results_bulk"),
    path(f"{_TEAM}restore/", result_marks.results_restore, name="results_restore"),
    path(f"{_TEAM}zip/", result_files.results_zip, name="results_zip"),
    path(f"{_TEAM}bin/", result_files.results_bin, name="results_bin"),
    path(f"{_CLIP}marks/", result_marks.result_marks, name="result_marks"),
]
