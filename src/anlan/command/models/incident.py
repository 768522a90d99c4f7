"""What really happens: the incident, its casualty figures, and the clocks that run on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import ClockKind, IncidentGrade, IncidentStatus, ResponseLevel
from anlan.command.types import FIGURE_LABELS
from anlan.core.geometry import PointField
from anlan.core.models import LaneRecord

__all__ = ["CasualtyUpdate", "Incident", "ReportingClock"]


class Incident(LaneRecord):
    """An event that we act on (事件). Its grade and its response level are decided by people."""

    number = models.CharField(_("事件编号"), max_length=40)
    title = models.CharField(_("标题"), max_length=200)
    event_code = models.CharField(_("事件类型"), max_length=5)
    location = PointField(_("坐标"))
    place = models.CharField(_("地点"), max_length=200, blank=True)
    division = models.ForeignKey(
        "core.Division",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        verbose_name=_("行政区划"),
    )
    occurred_at = models.DateTimeField(_("发生时间"))
    reported_at = models.DateTimeField(_("接报时间"))
    status = models.CharField(
        _("状态"), max_length=10, choices=IncidentStatus, default=IncidentStatus.OPEN
    )
    grade = models.PositiveSmallIntegerField(
        _("事件等级"), choices=IncidentGrade, null=True, blank=True
    )
    grade_proposed = models.PositiveSmallIntegerField(
        _("建议等级"), choices=IncidentGrade, null=True, blank=True
    )
    grade_reasons = models.JSONField(_("定级依据"), default=list, blank=True)
    grade_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("定级人"),
    )
    grade_decided_at = models.DateTimeField(_("定级时间"), null=True, blank=True)
    response_level = models.PositiveSmallIntegerField(
        _("响应级别"), choices=ResponseLevel, null=True, blank=True
    )
    scenario = models.JSONField(_("情景参数"), default=dict, blank=True)
    weather = models.JSONField(_("气象条件"), default=dict, blank=True)
    details = models.JSONField(_("其他要素"), default=dict, blank=True)
    deaths = models.PositiveIntegerField(_("死亡"), null=True, blank=True)
    missing = models.PositiveIntegerField(_("失踪"), null=True, blank=True)
    serious = models.PositiveIntegerField(_("重伤"), null=True, blank=True)
    injured = models.PositiveIntegerField(_("受伤"), null=True, blank=True)
    trapped = models.PositiveIntegerField(_("被困"), null=True, blank=True)
    evacuated = models.PositiveIntegerField(_("转移"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    closing_reason = models.CharField(_("结束理由"), max_length=300, blank=True)

    class Meta:
        ordering = ("-reported_at", "-pk")
        verbose_name = verbose_name_plural = _("事件")
        constraints = (
            models.UniqueConstraint(fields=("number",), name="command_incident_unique_number"),
        )
        indexes = (
            models.Index(fields=("lane", "status", "-reported_at"), name="command_incident_open"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def figures(self) -> dict[str, int | None]:
        """The figures of people as they stand; None is not known."""
        return {name: getattr(self, name) for name in FIGURE_LABELS}


class CasualtyUpdate(models.Model):
    """One statement of casualty figures, with its source. Statements are added, never changed."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="casualty_updates", verbose_name=_("事件")
    )
    at = models.DateTimeField(_("统计时点"))
    recorded_at = models.DateTimeField(_("登记时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("登记人"),
    )
    figures = models.JSONField(_("数字"), default=dict)
    previous = models.JSONField(_("原数字"), default=dict)
    source = models.CharField(_("来源"), max_length=200)
    confirmed = models.BooleanField(_("已确认"), default=False)
    decrease_reason = models.CharField(_("减少理由"), max_length=300, blank=True)

    class Meta:
        ordering = ("recorded_at", "pk")
        verbose_name = verbose_name_plural = _("伤亡更新")

    def __str__(self) -> str:
        return f"{self.incident_id}：{self.source}"


class ReportingClock(models.Model):
    """A duty to report upwards that runs on an incident, with the rule it follows from (依据)."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="clocks", verbose_name=_("事件")
    )
    rule_key = models.CharField(_("规则"), max_length=80)
    domain = models.CharField(_("适用领域"), max_length=40)
    kind = models.CharField(_("类别"), max_length=10, choices=ClockKind)
    from_zh = models.CharField(_("报告方"), max_length=100)
    to_zh = models.CharField(_("接收方"), max_length=200)
    mode_zh = models.CharField(_("方式"), max_length=20, blank=True)
    condition_zh = models.CharField(_("条件"), max_length=200, blank=True)
    basis = models.CharField(_("依据"), max_length=200)
    to_confirm = models.BooleanField(_("待确认"), default=False)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    minutes = models.PositiveIntegerField(_("时限（分钟）"), null=True, blank=True)
    starts_at = models.DateTimeField(_("起算时间"))
    due_at = models.DateTimeField(_("到期时间"))
    met_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("完成人"),
    )
    met_note = models.CharField(_("完成说明"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        ordering = ("due_at", "pk")
        verbose_name = verbose_name_plural = _("报告时限")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "rule_key", "starts_at"),
                name="command_reportingclock_unique_rule",
            ),
        )
        indexes = (models.Index(fields=("met_at", "due_at"), name="command_clock_running"),)

    def __str__(self) -> str:
        return f"{self.from_zh} → {self.to_zh}"
