"""The addresses of budgets and of asking for more."""

from django.urls import path

from .views import budgets

_TEAM = "t/<slug:team>/budgets/"
_PROJECT = "t/<slug:team>/p/<uuid:project>/more/"

urlpatterns = [
    path(_TEAM, budgets.budgets, name="budgets"),
    path(f"{_TEAM}<uuid:row>/approve/", budgets.budget_approve, name="budget_approve"),
    path(f"{_TEAM}<uuid:row>/decline/", budgets.budget_decline, name="budget_decline"),
    path(f"{_TEAM}people/<int:member>/", budgets.person_budget, name="person_budget"),
    path(_PROJECT, budgets.budget_ask, name="budget_ask"),
    path(f"{_PROJECT}waiting/", budgets.budget_strip, name="budget_strip"),
    path(f"{_PROJECT}<uuid:row>/withdraw/", budgets.budget_withdraw, name="budget_withdraw"),
    path(f"{_PROJECT}<uuid:row>/seen/", budgets.budget_seen, name="budget_seen"),
    path(
        "t/<slug:team>/providers/<uuid:account>/budget/",
        budgets.budget_account,
        name="budget_account",
    ),
]
