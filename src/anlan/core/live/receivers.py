"""An account that logs out, is locked, moved or given another role loses its open streams.

Its browsers ask for a new ticket, and get one only if the account may still read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_save

from anlan.core.live.outbox import revoke_streams

if TYPE_CHECKING:
    from anlan.core.models import User

__all__ = ["connect"]

ON_LOGIN = frozenset({"last_login"})


def connect() -> None:
    """Listen. Called once, when all models are loaded."""
    user_logged_out.connect(_logged_out, dispatch_uid="live_logged_out")
    post_save.connect(_account_saved, sender=get_user_model(), dispatch_uid="live_account_saved")


def _logged_out(user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        _end_streams(user)


def _account_saved(
    *, instance: User, created: bool, update_fields: frozenset[str] | None, **_kwargs: Any
) -> None:
    if not created and update_fields != ON_LOGIN:
        _end_streams(instance)


def _end_streams(user: User) -> None:
    with transaction.atomic():
        revoke_streams(user.pk)
