"""Two tables that the raw lane reads and writes without the ORM.

Defaults are the database's own, so that every writer gets the same ones.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

__all__ = ["IntakeReport", "IntakeState", "OutboxEvent"]


class OutboxEvent(models.Model):
    """One event for browsers, in the order of commits (实时消息)."""

    topic = models.CharField(_("主题"), max_length=16)
    division = models.CharField(_("行政区划代码"), max_length=12, blank=True)
    lane = models.CharField(_("通道"), max_length=32)
    payload = models.TextField(_("内容"))
    emitted_at = models.DateTimeField(_("时间"), db_default=Now(), db_index=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = verbose_name_plural = _("实时消息")

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"


class IntakeState(models.TextChoices):
    """How far a public report has come."""

    NEW = "new", _("待接收")
    TAKEN = "taken", _("已接收")
    REFUSED = "refused", _("已退回")


class IntakeReport(models.Model):
    """A report as the public sent it, acknowledged and not yet looked at (公众上报)."""

    key = models.CharField(_("提交标识"), max_length=64, unique=True)
    digest = models.BinaryField(_("内容摘要"), max_length=32)
    division = models.CharField(_("行政区划代码"), max_length=12, blank=True)
    body = models.JSONField(_("内容"))
    received_at = models.DateTimeField(_("接收时间"), db_default=Now())
    state = models.CharField(
        _("状态"), max_length=8, choices=IntakeState, db_default=IntakeState.NEW
    )
    taken_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    reference = models.CharField(_("转为"), max_length=60, blank=True, db_default="")

    class Meta:
        ordering = ("pk",)
        verbose_name = verbose_name_plural = _("公众上报")
        indexes = (models.Index(fields=("state", "id"), name="live_intake_state"),)

    def __str__(self) -> str:
        return f"公众上报 {self.pk}"
