"""Change warnings: draft, edit, approve, issue, update, cancel, expire. Each step is journalled.

Two persons: who drafts or edits does not approve. An exercise goes through the same steps; its
messages carry the status Exercise and 【演练】, and no selector of this room gives them out.
"""

from anlan.warn.services.drafting import warning_draft, warning_edit
from anlan.warn.services.following import warning_cancel, warning_update
from anlan.warn.services.issuing import (
    warning_approve,
    warning_issue,
    warning_withdraw,
    warnings_expire,
)
from anlan.warn.services.steps import WarningStepError

__all__ = [
    "WarningStepError",
    "warning_approve",
    "warning_cancel",
    "warning_draft",
    "warning_edit",
    "warning_issue",
    "warning_update",
    "warning_withdraw",
    "warnings_expire",
]
