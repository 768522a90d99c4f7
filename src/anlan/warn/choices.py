"""Choices of this room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["MessageType", "WarningStatus"]


class WarningStatus(models.TextChoices):
    """Where a message stands."""

    DRAFT = "draft", _("待审批")
    APPROVED = "approved", _("已审批待发布")
    ISSUED = "issued", _("已发布")
    UPDATED = "updated", _("已被更新")
    CANCELLED = "cancelled", _("已解除")
    EXPIRED = "expired", _("已到期")
    WITHDRAWN = "withdrawn", _("已撤回")


class MessageType(models.TextChoices):
    """What a message does, in the words of CAP."""

    ALERT = "Alert", _("首次发布")
    UPDATE = "Update", _("更新")
    CANCEL = "Cancel", _("解除")
