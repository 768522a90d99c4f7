"""What we report upwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import OfficialReportKind, OfficialReportStatus
from anlan.core.models import LaneRecord

__all__ = ["OfficialReport"]


class OfficialReport(LaneRecord):
    """An official report (初报, 续报, 终报): a frozen rendering of the figures of one moment."""

    incident = models.ForeignKey(
        "command.Incident",
        on_delete=models.PROTECT,
        related_name="official_reports",
        verbose_name=_("事件"),
    )
    kind = models.CharField(_("种类"), max_length=10, choices=OfficialReportKind)
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("标题"), max_length=200)
    recipient = models.CharField(_("主送"), max_length=200, blank=True)
    text = models.TextField(_("正文"))
    facts = models.JSONField(_("要素"), default=list)
    diff = models.JSONField(_("变化"), default=list)
    missing = models.JSONField(_("缺少的要素"), default=list)
    status = models.CharField(
        _("状态"), max_length=10, choices=OfficialReportStatus, default=OfficialReportStatus.DRAFT
    )
    drafted_at = models.DateTimeField(_("起草时间"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("起草人"),
    )
    edited_at = models.DateTimeField(_("修改文字时间"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签发时间"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("签发人"),
    )
    sent_at = models.DateTimeField(_("报出时间"), null=True, blank=True)

    class Meta:
        ordering = ("incident_id", "number")
        verbose_name = verbose_name_plural = _("信息报告")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "number"), name="command_officialreport_unique_number"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def division_id(self) -> str:
        """Return the division of the incident: the journal and the live pages ask for it."""
        return self.incident.division_id
