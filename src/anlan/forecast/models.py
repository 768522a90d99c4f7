"""Runs of models, kept so that each can be repeated and judged afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.models import LaneRecord
from anlan.forecast.choices import RunStatus

__all__ = ["ModelRun"]


class ModelRun(LaneRecord):
    """One run of a model (模型运行): its inputs, its version and what it said.

    `origins` says of each scenario field that nobody entered from which record it was taken.
    `result` is the document of `anlan.forecast.results`; while the ensemble is computed it holds
    the first answer. A run made by a package keeps its
    figures only, for the package keeps the rest.
    """

    title = models.CharField(_("名称"), max_length=120, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=RunStatus, default=RunStatus.DONE, editable=False
    )
    model = models.CharField(_("模型"), max_length=60)
    version = models.CharField(_("版本"), max_length=60)
    code_version = models.CharField(_("程序版本"), max_length=40)
    seed = models.BigIntegerField(_("随机种子"), null=True, blank=True)
    scenario = models.JSONField(_("情景参数"), default=dict)
    weather = models.JSONField(_("气象条件"), default=dict)
    origins = models.JSONField(_("参数的来源"), default=dict, blank=True)
    place = models.JSONField(_("地点"), default=dict)
    division = models.ForeignKey(
        "core.Division",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("区划"),
    )
    moment = models.DateTimeField(_("起算时间"), null=True, blank=True)
    files = models.JSONField(_("上传的数据"), default=dict, blank=True)
    members = models.PositiveSmallIntegerField(_("集合成员数"), default=0)
    result = models.JSONField(_("结果"), default=dict)
    digest = models.CharField(_("结果摘要（SHA-256）"), max_length=64, blank=True)
    error = models.TextField(_("未完成的原因"), blank=True)
    job = models.ForeignKey(
        "jobs.Job",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("后台任务"),
    )
    repeats = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("重复自"),
    )
    observed = models.JSONField(_("实际情况"), default=dict, blank=True)
    score = models.JSONField(_("事后评分"), default=dict, blank=True)
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
        return self.title or f"{self.model} {self.version}"
