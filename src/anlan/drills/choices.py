"""States and kinds of an exercise."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["ExerciseKind", "ExerciseStatus"]


class ExerciseKind(models.TextChoices):
    """How much of it is played (《突发事件应急演练指南》)."""

    TABLETOP = "tabletop", _("桌面推演")
    FUNCTIONAL = "functional", _("功能演练")
    FULL = "full", _("综合演练")


class ExerciseStatus(models.TextChoices):
    """Whether its lane still takes changes."""

    RUNNING = "running", _("进行中")
    ENDED = "ended", _("已结束")
