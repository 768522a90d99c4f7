"""The versions of a city's plans. The text is the plan; the columns only find it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.plans.choices import PlanStatus

__all__ = ["PlanVersion"]


class PlanVersion(models.Model):
    """One version of a plan (预案版本), with the text that was checked, as it was."""

    plan_id = models.CharField(_("预案编号"), max_length=40)
    version = models.CharField(_("版本"), max_length=40)
    title = models.CharField(_("名称"), max_length=200)
    division = models.ForeignKey(
        "core.Division",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="plans",
        verbose_name=_("所属行政区划"),
    )
    scope = models.CharField(_("适用区划"), max_length=12)
    hazards = models.CharField(_("事件代码"), max_length=200)
    example = models.BooleanField(_("示例"), default=False)
    status = models.CharField(
        _("状态"), max_length=10, choices=PlanStatus, default=PlanStatus.DRAFT, editable=False
    )
    text = models.TextField(_("预案文本"))
    checksum = models.CharField(_("校验和（SHA-256）"), max_length=64, editable=False)
    file_name = models.CharField(_("文件名"), max_length=200, blank=True)
    imported_at = models.DateTimeField(_("导入时间"), editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("导入人"),
    )
    decided_at = models.DateTimeField(_("批准或停用时间"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("批准或停用人"),
    )
    reason = models.CharField(_("理由"), max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ("division_id", "plan_id", "-imported_at", "-pk")
        verbose_name = verbose_name_plural = _("预案版本")
        constraints = (
            models.UniqueConstraint(
                fields=("division", "plan_id", "version"),
                name="plans_planversion_unique_version",
            ),
            models.UniqueConstraint(
                fields=("division", "plan_id"),
                condition=Q(status=PlanStatus.APPROVED),
                name="plans_planversion_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(status=PlanStatus.DRAFT) | Q(decided_at__isnull=False),
                name="plans_planversion_decided_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.version}"
