"""Who does what, by when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import ChannelKind, ReceiptKind, TaskStatus
from anlan.core.models import LaneRecord

__all__ = ["Task", "TaskReceipt"]


class Task(LaneRecord):
    """A task of a plan, given to a post (任务). It is ready when what it depends on is done."""

    incident = models.ForeignKey(
        "command.Incident", on_delete=models.PROTECT, related_name="tasks", verbose_name=_("事件")
    )
    key = models.CharField(_("任务代码"), max_length=60)
    title = models.CharField(_("任务"), max_length=120)
    text = models.TextField(_("任务内容"), blank=True)
    owner_post = models.CharField(_("责任岗位代码"), max_length=40, blank=True)
    owner_unit = models.ForeignKey(
        "core.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("责任单位"),
    )
    owner_label = models.CharField(_("责任人"), max_length=120, blank=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    start_offset_min = models.PositiveIntegerField(_("开始（T+分钟）"), default=0)
    due_at = models.DateTimeField(_("完成期限"), null=True, blank=True)
    depends_on = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="followers", verbose_name=_("前置任务")
    )
    receipt_required = models.BooleanField(_("要求回执"), default=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=TaskStatus, default=TaskStatus.WAITING
    )
    created_at = models.DateTimeField(_("创建时间"))
    sent_at = models.DateTimeField(_("下达时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        ordering = ("incident_id", "start_offset_min", "pk")
        verbose_name = verbose_name_plural = _("任务")
        constraints = (
            models.UniqueConstraint(fields=("incident", "key"), name="command_task_unique_key"),
        )
        indexes = (models.Index(fields=("lane", "status"), name="command_task_status"),)

    def __str__(self) -> str:
        return self.title

    @property
    def division_id(self) -> str:
        """Return the division of the incident: the journal and the live pages ask for it."""
        return self.incident.division_id


class TaskReceipt(models.Model):
    """What the receiver said about a task, and when (回执). Receipts are added, never changed."""

    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("任务")
    )
    message = models.ForeignKey(
        "command.OutboxMessage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name=_("命令"),
    )
    at = models.DateTimeField(_("时间"))
    kind = models.CharField(_("回执"), max_length=10, choices=ReceiptKind)
    channel = models.CharField(_("方式"), max_length=10, choices=ChannelKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("回执账号"),
    )
    by_name = models.CharField(_("回执人"), max_length=80, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = verbose_name_plural = _("任务回执")

    def __str__(self) -> str:
        return f"{self.task}：{self.get_kind_display()}"
