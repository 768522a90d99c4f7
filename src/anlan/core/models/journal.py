"""The journal: one append-only, hash-chained row for every change of state."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.choices import ACTUAL

__all__ = ["JournalEntry", "JournalHead"]


class JournalEntry(models.Model):
    """Who did what to which thing, when, why. Written once, in the transaction of the change."""

    node = models.CharField(_("节点"), max_length=40)
    seq = models.PositiveBigIntegerField(_("序号"))
    physical_ms = models.PositiveBigIntegerField(_("时间（毫秒）"))
    logical = models.PositiveIntegerField(_("逻辑时钟"))
    lane = models.CharField(_("通道"), max_length=32, default=ACTUAL)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("操作人"),
    )
    actor_name = models.CharField(_("操作人姓名"), max_length=150, blank=True)
    verb = models.CharField(_("动作"), max_length=60)
    subject_type = models.CharField(_("对象类型"), max_length=60)
    subject_id = models.CharField(_("对象编号"), max_length=40)
    incident_id = models.PositiveBigIntegerField(_("事件编号"), null=True, blank=True)
    division_code = models.CharField(_("行政区划代码"), max_length=12, blank=True)
    payload = models.TextField(_("内容"), default="{}")
    reasons = models.TextField(_("理由"), default="[]")
    prev_hash = models.CharField(_("前一哈希"), max_length=80, blank=True)
    hash = models.CharField(_("哈希"), max_length=80)

    class Meta:
        ordering = ("physical_ms", "logical", "node", "seq")
        verbose_name = verbose_name_plural = _("操作日志")
        constraints = (
            models.UniqueConstraint(fields=("node", "seq"), name="core_journalentry_unique_seq"),
        )
        indexes = (
            models.Index(fields=("subject_type", "subject_id"), name="core_journal_subject"),
            models.Index(fields=("incident_id",), name="core_journal_incident"),
            # The pages read the latest first, all of them or one verb's.
            models.Index(
                fields=("physical_ms", "logical", "node", "seq"), name="core_journal_order"
            ),
            models.Index(fields=("verb", "physical_ms"), name="core_journal_verb"),
        )

    def __str__(self) -> str:
        return f"{self.node}#{self.seq} {self.verb}"


class JournalHead(models.Model):
    """How far the log of one node has come: its last number, hash and clock."""

    node = models.CharField(_("节点"), max_length=40, unique=True)
    seq = models.PositiveBigIntegerField(_("序号"), default=0)
    physical_ms = models.PositiveBigIntegerField(_("时间（毫秒）"), default=0)
    logical = models.PositiveIntegerField(_("逻辑时钟"), default=0)
    hash = models.CharField(_("哈希"), max_length=80, blank=True)

    class Meta:
        ordering = ("node",)
        verbose_name = verbose_name_plural = _("日志头")

    def __str__(self) -> str:
        return f"{self.node}#{self.seq}"
