"""The addresses of the charge audit, of balances and of closed months."""

from django.urls import path

from generations.views import auditing, balances, changes, months

_AUDIT = "t/<slug:team>/audit/"
_CASE = f"{_AUDIT}charges/<int:case>/"
_ACCOUNT = f"{_AUDIT}accounts/<uuid:account>/"
_MONTH = f"{_AUDIT}months/<str:month>/"

urlpatterns = [
    path(_AUDIT, auditing.audit, name="audit"),
    path(f"{_AUDIT}charges.csv", auditing.audit_csv, name="audit_csv"),
    path(f"{_AUDIT}resolve/", auditing.audit_resolve_many, name="audit_resolve_many"),
    path(_CASE, auditing.audit_case, name="audit_case"),
    path(f"{_CASE}resolve/", auditing.audit_resolve, name="audit_resolve"),
    path(f"{_AUDIT}accounts/", balances.audit_accounts, name="audit_accounts"),
    path(_ACCOUNT, balances.audit_account, name="audit_account"),
    path(f"{_ACCOUNT}balance/", balances.audit_balance, name="audit_balance"),
    path(f"{_ACCOUNT}topup/", balances.audit_topup, name="audit_topup"),
    path(
        f"{_ACCOUNT}balance/<int:snapshot>/mistake/",
        balances.audit_balance_mistake,
        name="audit_balance_mistake",
    ),
    path(
        f"{_ACCOUNT}topup/<int:topup>/mistake/",
        balances.audit_topup_mistake,
        name="audit_topup_mistake",
    ),
    path(f"{_ACCOUNT}read/", balances.audit_read, name="audit_read"),
    path(f"{_ACCOUNT}match/", balances.audit_match, name="audit_match"),
    path(f"{_AUDIT}changes/", changes.audit_changes, name="audit_changes"),
    path(f"{_AUDIT}changes.csv", changes.audit_changes_csv, name="audit_changes_csv"),
    path(f"{_AUDIT}months/", months.audit_months, name="audit_months"),
    path(_MONTH, months.audit_month, name="audit_month"),
    path(f"{_MONTH}ledger/", months.audit_ledger, name="audit_ledger"),
    path(f"{_MONTH}close/", months.audit_close, name="audit_close"),
    path(f"{_MONTH}files/<str:name>", months.audit_file, name="audit_file"),
]
