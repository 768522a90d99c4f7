"""Warnings as messages: each row is one CAP message, from draft to its end."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.core.choices import Grade
from anlan.core.geometry import MultiPolygonField
from anlan.core.models import LaneRecord
from anlan.warn.choices import MessageType, WarningStatus

__all__ = ["PublicWarning"]


class PublicWarning(LaneRecord):
    """A warning to the public (预警消息). An update or a cancellation is a message of its own."""

    division = models.ForeignKey(
        "core.Division",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="warnings",
        verbose_name=_("所属行政区划"),
    )
    status = models.CharField(
        _("状态"),
        max_length=10,
        choices=WarningStatus,
        default=WarningStatus.DRAFT,
        editable=False,
    )
    kind = models.CharField(
        _("类型"), max_length=6, choices=MessageType, default=MessageType.ALERT, editable=False
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="followers",
        verbose_name=_("所更新或解除的消息"),
    )
    incident_id = models.PositiveBigIntegerField(
        _("事件"), null=True, blank=True, db_index=True, editable=False
    )
    event_code = models.CharField(_("事件代码"), max_length=5)
    hazard = models.CharField(_("灾害种类"), max_length=40)
    colour = models.CharField(_("颜色"), max_length=6, choices=Grade)
    issuer = models.CharField(_("发布单位"), max_length=60)
    places = models.JSONField(_("影响的行政区划"), default=list)
    area = MultiPolygonField(_("影响范围"), null=True, blank=True)
    urgency = models.CharField(_("紧急程度"), max_length=9, default="Expected")
    certainty = models.CharField(_("确定性"), max_length=8, default="Likely")
    effective = models.DateTimeField(_("开始时间"))
    expires = models.DateTimeField(_("结束时间"))
    headline = models.CharField(_("标题"), max_length=60)
    description = models.TextField(_("正文"), max_length=500)
    instruction = models.TextField(_("防御指引"), max_length=300)
    short_text = models.TextField(_("短信"), max_length=210)
    reasons = models.JSONField(_("依据"), default=list, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("起草人"),
    )
    drafted_at = models.DateTimeField(_("起草时间"), editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("签发人"),
    )
    approved_at = models.DateTimeField(_("签发时间"), null=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("发布人"),
    )
    issued_at = models.DateTimeField(_("发布时间"), null=True, editable=False)
    ended_at = models.DateTimeField(_("终止时间"), null=True, editable=False)
    reason = models.CharField(_("更新、解除或撤回的原因"), max_length=300, blank=True)
    identifier = models.CharField(
        _("消息编号"), max_length=40, null=True, blank=True, unique=True, editable=False
    )
    sender = models.CharField(_("发布单位代码"), max_length=14, editable=False)
    cap_xml = models.TextField(_("CAP 1.2 消息"), blank=True, editable=False)

    class Meta:
        ordering = ("-drafted_at", "-pk")
        verbose_name = verbose_name_plural = _("预警消息")
        indexes = (
            models.Index(fields=("lane", "status", "expires"), name="warn_lane_status_expires"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(expires__gt=F("effective")),
                name="warn_publicwarning_ends_after_start",
                violation_error_message=_("结束时间应晚于开始时间"),
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(drafted_by__isnull=True)
                | ~Q(approved_by=F("drafted_by")),
                name="warn_publicwarning_two_persons",
                violation_error_message=_("起草人不能签发自己起草的预警"),
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "approved", "withdrawn"))
                | Q(identifier__isnull=False),
                name="warn_publicwarning_issued_has_identifier",
            ),
        )

    def __str__(self) -> str:
        return self.headline
