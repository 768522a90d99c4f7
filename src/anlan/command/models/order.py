"""What goes out to whom, and whether it arrived."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import ChannelKind, MessageStatus
from anlan.core.models import LaneRecord

__all__ = ["OutboxMessage"]


class OutboxMessage(LaneRecord):
    """One message to one receiver by one channel. The same key is never queued twice."""

    incident = models.ForeignKey(
        "command.Incident",
        on_delete=models.PROTECT,
        related_name="messages",
        verbose_name=_("事件"),
    )
    task = models.ForeignKey(
        "command.Task",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("任务"),
    )
    channel = models.CharField(_("渠道"), max_length=10, choices=ChannelKind)
    recipient = models.CharField(_("接收人"), max_length=120)
    address = models.CharField(_("地址"), max_length=300, blank=True)
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("正文"))
    status = models.CharField(
        _("状态"), max_length=14, choices=MessageStatus, default=MessageStatus.QUEUED
    )
    key = models.CharField(_("防重标识"), max_length=120, unique=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    error = models.CharField(_("失败原因"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("创建时间"))
    next_attempt_at = models.DateTimeField(_("下次尝试"), null=True, blank=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    receipted_at = models.DateTimeField(_("回执时间"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = verbose_name_plural = _("外发消息")
        indexes = (
            models.Index(fields=("status", "next_attempt_at"), name="command_outbox_waiting"),
        )

    def __str__(self) -> str:
        return f"{self.recipient}：{self.subject}"

    @property
    def kept(self) -> bool:
        """Tell whether the message only lies in the outbox: nobody outside has been told."""
        return self.status == MessageStatus.SENT and self.channel == ChannelKind.OUTBOX

    @property
    def outcome(self) -> str:
        """Return the state as a person may read it."""
        if self.kept:
            return gettext("已存入发件箱，未外发")
        return str(self.get_status_display())

    @property
    def division_id(self) -> str:
        """Return the division of the incident: the journal and the live pages ask for it."""
        return self.incident.division_id
