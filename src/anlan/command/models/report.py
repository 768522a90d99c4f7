"""What somebody tells us, before we know whether it is so."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import ReportChannel, ReportStatus
from anlan.command.types import CASUALTY_FIELDS
from anlan.core.geometry import PointField
from anlan.core.models import LaneRecord

__all__ = ["Report"]


class Report(LaneRecord):
    """A report of an event (接报): by whom, about what, where. The times of receipt never change."""

    received_at = models.DateTimeField(_("接报时间"))
    channel = models.CharField(
        _("接报方式"), max_length=10, choices=ReportChannel, default=ReportChannel.PHONE
    )
    reporter_name = models.CharField(_("报告人"), max_length=50, blank=True)
    reporter_unit = models.CharField(_("报告单位"), max_length=100, blank=True)
    reporter_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    event_code = models.CharField(_("事件类型"), max_length=5)
    text = models.TextField(_("报告内容"))
    place = models.CharField(_("地点"), max_length=200, blank=True)
    location = PointField(_("坐标"))
    division = models.ForeignKey(
        "core.Division",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        verbose_name=_("行政区划"),
    )
    occurred_at = models.DateTimeField(_("发生时间"))
    deaths = models.PositiveIntegerField(_("死亡"), null=True, blank=True)
    missing = models.PositiveIntegerField(_("失踪"), null=True, blank=True)
    serious = models.PositiveIntegerField(_("重伤"), null=True, blank=True)
    injured = models.PositiveIntegerField(_("受伤"), null=True, blank=True)
    trapped = models.PositiveIntegerField(_("被困"), null=True, blank=True)
    details = models.JSONField(_("其他要素"), default=dict, blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=ReportStatus, default=ReportStatus.NEW
    )
    status_reason = models.CharField(_("处理理由"), max_length=300, blank=True)
    incident = models.ForeignKey(
        "command.Incident",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("事件"),
    )
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("与之重复"),
    )
    client_key = models.CharField(_("提交标识"), max_length=64, blank=True, editable=False)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("接报人"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("处理人"),
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        ordering = ("-received_at", "-pk")
        verbose_name = verbose_name_plural = _("接报信息")
        constraints = (
            # The same form sent twice, over a bad line, is one report.
            models.UniqueConstraint(
                fields=("lane", "client_key"),
                condition=~Q(client_key=""),
                name="command_report_unique_client_key",
            ),
        )
        indexes = (
            models.Index(fields=("lane", "status", "-received_at"), name="command_report_open"),
            models.Index(fields=("lane", "occurred_at"), name="command_report_when"),
        )

    def __str__(self) -> str:
        return f"接报 {self.pk}：{self.place or self.text[:20]}"

    @property
    def figures(self) -> dict[str, int | None]:
        """The figures of people as they were told; None is not known."""
        return {name: getattr(self, name) for name in CASUALTY_FIELDS}
