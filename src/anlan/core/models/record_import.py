"""One run of an import: the file, what came of it, and how far it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["RecordImport"]


class RecordImport(models.Model):
    """A file of records that somebody sent (批量导入), or a load of a city pack."""

    class Mode(models.TextChoices):
        """What happens when some rows are wrong."""

        ALL = "all", _("全部正确才导入")
        GOOD = "good", _("只导入正确的行")

    class Status(models.TextChoices):
        """How far the run is."""

        RUNNING = "running", _("正在导入")
        DONE = "done", _("已完成")
        REFUSED = "refused", _("未导入")

    type_key = models.CharField(_("记录类型"), max_length=40)
    file_name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("文件摘要"), max_length=64, blank=True)
    mode = models.CharField(_("方式"), max_length=5, choices=Mode, default=Mode.ALL)
    refuse_existing = models.BooleanField(_("拒绝已登记的记录"), default=False)
    datum = models.CharField(_("坐标系"), max_length=6, default="wgs84")
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.RUNNING)
    rows_expected = models.PositiveIntegerField(_("预计行数"), null=True)
    rows_read = models.PositiveIntegerField(_("已读行数"), default=0)
    created = models.PositiveIntegerField(_("新增"), default=0)
    updated = models.PositiveIntegerField(_("更新"), default=0)
    rejected = models.PositiveIntegerField(_("有错误的行"), default=0)
    message = models.CharField(_("说明"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("操作人"),
    )
    started_at = models.DateTimeField(_("开始时间"))
    touched_at = models.DateTimeField(_("最近进展"), auto_now=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = verbose_name_plural = _("批量导入")

    def __str__(self) -> str:
        return f"{self.file_name} {self.get_status_display()}"
