"""Runs of models, kept so that each can be repeated and judged afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.models import LaneRecord

__all__ = ["ModelRun"]


class ModelRun(LaneRecord):
    """One run of a model (模型运行): its inputs, its version and what it said."""

    model = models.CharField(_("模型"), max_length=60)
    version = models.CharField(_("版本"), max_length=60)
    code_version = models.CharField(_("程序版本"), max_length=40)
    seed = models.BigIntegerField(_("随机种子"), null=True, blank=True)
    scenario = models.JSONField(_("情景参数"), default=dict)
    weather = models.JSONField(_("气象条件"), default=dict)
    place = models.JSONField(_("地点"), default=dict)
    result = models.JSONField(_("结果"), default=dict)
    run_at = models.DateTimeField(_("运行时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("运行人"),
    )
    seconds = models.FloatField(_("用时（秒）"), default=0.0)
    incident_number = models.CharField(_("事件编号"), max_length=40, blank=True)

    class Meta:
        ordering = ("-run_at", "-pk")
        verbose_name = verbose_name_plural = _("模型运行")

    def __str__(self) -> str:
        return f"{self.model} {self.version}"
