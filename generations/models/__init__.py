from .auditing import Audited, AuditedMonth, BalanceSnapshot, Discrepancy, Resolution, Told, TopUp
from .generations import FINAL, Asset, Attempt, Event, Generation, Outcome, State, Verdict
from .lists import Found, Listing, Selection, Voice
from .projects import Project, ProjectMembership, ProjectRole
from .prompts import (
    HOUSE,
    Prompt,
    PromptApproval,
    PromptComment,
    PromptFavourite,
    PromptLabel,
    PromptTag,
    PromptVersion,
)
from .providers import CallbackReceipt, ProviderAccount, TeamPrice, Trouble, UnitRate
from .queue import Heartbeat
from .requests import Asking, BudgetRequest
from .reviews import Comment, GenerationTag, GuestLink, GuestLinkItem, Review, SavedSearch
from .spend import SpendDay, SpendFacts, SpendLine, SpendMonth, SpendPrompt, SpendSome
from .uploads import Handle, TeamStorage, Upload, UploadTag, UploadUse

__all__ = [
    "FINAL",
    "HOUSE",
    "Asking",
    "Asset",
    "Attempt",
    "Audited",
    "AuditedMonth",
    "BalanceSnapshot",
    "BudgetRequest",
    "CallbackReceipt",
    "Comment",
    "Discrepancy",
    "Event",
    "Found",
    "Generation",
    "GenerationTag",
    "GuestLink",
    "GuestLinkItem",
    "Handle",
    "Heartbeat",
    "Listing",
    "Outcome",
    "Project",
    "ProjectMembership",
    "ProjectRole",
    "Prompt",
    "PromptApproval",
    "PromptComment",
    "PromptFavourite",
    "PromptLabel",
    "PromptTag",
    "PromptVersion",
    "ProviderAccount",
    "Resolution",
    "Review",
    "SavedSearch",
    "Selection",
    "SpendDay",
    "SpendFacts",
    "SpendLine",
    "SpendMonth",
    "SpendPrompt",
    "SpendSome",
    "State",
    "TeamPrice",
    "TeamStorage",
    "Told",
    "TopUp",
    "Trouble",
    "UnitRate",
    "Upload",
    "UploadTag",
    "UploadUse",
    "Verdict",
    "Voice",
]
