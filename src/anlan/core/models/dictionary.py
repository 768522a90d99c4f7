"""What a place has put instead of a row of the typed tables."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["DictionaryOverride"]


class DictionaryOverride(models.Model):
    """A place's own value for one row of a norm table: who put it, when, by which document."""

    table = models.CharField(_("表"), max_length=40)
    row_key = models.CharField(_("行"), max_length=120)
    division = models.ForeignKey(
        "core.Division",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        verbose_name=_("适用地区"),
    )
    values = models.JSONField(_("新值"), default=dict)
    replaced = models.JSONField(_("原值"), default=dict)
    document = models.CharField(_("依据文件"), max_length=200)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("决定人"),
    )
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        ordering = ("table", "row_key", "division_id")
        verbose_name = verbose_name_plural = _("规则调整")
        constraints = (
            models.UniqueConstraint(
                fields=("table", "row_key", "division"),
                name="core_dictionaryoverride_unique_row",
            ),
        )

    def __str__(self) -> str:
        return f"{self.table}：{self.row_key}"
