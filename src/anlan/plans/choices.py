"""Choices of this room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["PlanStatus"]


class PlanStatus(models.TextChoices):
    """Where a version of a plan stands."""

    DRAFT = "draft", _("待批准")
    APPROVED = "approved", _("现行")
    WITHDRAWN = "withdrawn", _("已停用")
