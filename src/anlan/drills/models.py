"""The exercise and its lane."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.drills.choices import ExerciseKind, ExerciseStatus

__all__ = ["Exercise"]


class Exercise(models.Model):
    """One exercise (演练). Its lane is the mark on every row that belongs to it."""

    title = models.CharField(_("演练名称"), max_length=100)
    kind = models.CharField(_("演练类型"), max_length=12, choices=ExerciseKind)
    division = models.ForeignKey(
        "core.Division",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        verbose_name=_("行政区划"),
    )
    aim = models.TextField(_("演练目的"), blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=ExerciseStatus, default=ExerciseStatus.RUNNING
    )
    started_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    led_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("导调人员"),
    )
    review = models.TextField(_("演练小结"), blank=True)

    class Meta:
        ordering = ("-started_at", "-pk")
        verbose_name = verbose_name_plural = _("演练")
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="drills_exercise_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def lane(self) -> str:
        """Return the name of this exercise's lane."""
        return f"ex-{self.pk}"
