"""States of a run."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["RunStatus"]


class RunStatus(models.TextChoices):
    """How far a run of a model has come."""

    WAITING = "waiting", _("等待计算")
    DONE = "done", _("已完成")
    REFUSED = "refused", _("参数被拒绝")
    FAILED = "failed", _("计算失败")
    CANCELLED = "cancelled", _("已取消")
