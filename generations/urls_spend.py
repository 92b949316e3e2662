"""The addresses of what was paid."""

from django.urls import path, register_converter

from .views import spend, spend_exports


class Sheets:
    """What can be exported of a view."""

    regex = "tables|rows|audit|days|person|project|account|model|operation|prompt"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Files(Sheets):
    regex = "csv|xlsx"


register_converter(Sheets, "sheets")
register_converter(Files, "files")

_SPEND = "t/<slug:team>/spend/"

urlpatterns = [
    path(_SPEND, spend.spend, name="spend"),
    path(f"{_SPEND}rows/", spend.spend_rows, name="spend_rows"),
    path(f"{_SPEND}mine/", spend.spend_mine, name="spend_mine"),
    path(f"{_SPEND}<sheets:what>.<files:kind>", spend_exports.spend_export, name="spend_export"),
]
