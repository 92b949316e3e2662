from .alerts import BudgetAlert
from .audit import AuditLine
from .closing import MonthClose
from .invitations import Invitation
from .ledger import Budget, Kind, Movement, Purse, Scope
from .notices import Notice, NoticeChoice
from .people import Membership, Team, TeamRole, User
from .tokens import ApiToken

__all__ = [
    "ApiToken",
    "AuditLine",
    "Budget",
    "BudgetAlert",
    "Invitation",
    "Kind",
    "Membership",
    "MonthClose",
    "Movement",
    "Notice",
    "NoticeChoice",
    "Purse",
    "Scope",
    "Team",
    "TeamRole",
    "User",
]
