"""One row a job."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

__all__ = ["Job", "JobState"]


class JobState(models.TextChoices):
    """How far a job has come."""

    QUEUED = "queued", _("排队")
    RUNNING = "running", _("运行中")
    DONE = "done", _("完成")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")


class Job(models.Model):
    """Work that takes longer than a page may (后台任务)."""

    kind = models.CharField(_("类别"), max_length=40)
    payload = models.JSONField(_("参数"), default=dict)
    key = models.CharField(_("唯一标识"), max_length=80, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=JobState, default=JobState.QUEUED, editable=False
    )
    progress = models.FloatField(_("进度"), default=0)
    note = models.CharField(_("进展"), max_length=200, blank=True)
    run_after = models.DateTimeField(_("不早于"))
    created_at = models.DateTimeField(_("提交时间"))
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    lease_until = models.DateTimeField(_("租约到期"), null=True, blank=True)
    owner = models.CharField(_("执行者"), max_length=60, blank=True)
    attempt = models.PositiveSmallIntegerField(_("第几次"), default=0)
    attempts_allowed = models.PositiveSmallIntegerField(_("最多次数"), default=3)
    result = models.JSONField(_("结果"), null=True, blank=True)
    error = models.TextField(_("错误"), blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("提交人"),
    )

    class Meta:
        ordering = ("-pk",)
        verbose_name = verbose_name_plural = _("后台任务")
        constraints = (
            models.CheckConstraint(
                condition=Q(progress__gte=0) & Q(progress__lte=1),
                name="jobs_job_progress_is_a_fraction",
            ),
            models.UniqueConstraint(
                fields=("kind", "key"), condition=~Q(key=""), name="jobs_job_unique_key"
            ),
        )
        indexes = (models.Index(fields=("state", "run_after"), name="jobs_job_waiting"),)

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
