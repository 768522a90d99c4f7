"""The response package: what the platform proposes and what people decide about each part."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import PackageStatus, PartKind, PartStatus
from anlan.core.models import LaneRecord

__all__ = ["Package", "PackagePart"]


class Package(LaneRecord):
    """One proposal for one incident (响应方案). A new build is a new version, never a change."""

    incident = models.ForeignKey(
        "command.Incident",
        on_delete=models.PROTECT,
        related_name="packages",
        verbose_name=_("事件"),
    )
    version = models.PositiveSmallIntegerField(_("版本"))
    status = models.CharField(
        _("状态"), max_length=10, choices=PackageStatus, default=PackageStatus.PROPOSED
    )
    created_at = models.DateTimeField(_("生成时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("生成人"),
    )
    scenario = models.JSONField(_("情景参数"), default=dict)
    weather = models.JSONField(_("气象条件"), default=dict)
    city = models.JSONField(_("城市数据"), default=dict)
    timings = models.JSONField(_("用时（秒）"), default=dict)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = verbose_name_plural = _("响应方案")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "version"), name="command_package_unique_version"
            ),
        )

    def __str__(self) -> str:
        return f"响应方案第{self.version}版"


class PackagePart(models.Model):
    """One part of a package. What was proposed stays; what a person made of it stands beside."""

    package = models.ForeignKey(
        Package, on_delete=models.CASCADE, related_name="parts", verbose_name=_("方案")
    )
    kind = models.CharField(_("类别"), max_length=10, choices=PartKind)
    position = models.PositiveSmallIntegerField(_("顺序"))
    content = models.JSONField(_("建议内容"), default=dict)
    reasons = models.JSONField(_("理由"), default=list)
    shortfalls = models.JSONField(_("缺口"), default=list)
    status = models.CharField(
        _("状态"), max_length=10, choices=PartStatus, default=PartStatus.PROPOSED
    )
    edited_content = models.JSONField(_("修改后内容"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("决定人"),
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decision_reason = models.CharField(_("决定理由"), max_length=300, blank=True)
    effects = models.JSONField(_("后续动作"), default=list, blank=True)

    class Meta:
        ordering = ("package_id", "position")
        verbose_name = verbose_name_plural = _("方案内容")
        constraints = (
            models.UniqueConstraint(
                fields=("package", "kind"), name="command_packagepart_unique_kind"
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def in_force(self) -> dict[str, object]:
        """Return the content that counts: the edited one, else the proposed one."""
        found: dict[str, object] = (
            self.content if self.edited_content is None else self.edited_content
        )
        return found
