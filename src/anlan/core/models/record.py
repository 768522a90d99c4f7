"""Base models: what every record knows about itself. They hold fields, not behaviour."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.choices import ACTUAL, Source
from anlan.core.geometry import PointField

__all__ = ["LaneRecord", "LocatedRecord", "Record"]


class Record(models.Model):
    """A thing or person that the register knows: where it belongs, whence we know it, how fresh."""

    name = models.CharField(_("名称"), max_length=100)
    division = models.ForeignKey(
        "core.Division",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        verbose_name=_("行政区划"),
    )
    source = models.CharField(_("来源"), max_length=12, choices=Source, default=Source.MANUAL)
    source_note = models.CharField(_("来源说明"), max_length=200, blank=True)
    observed_at = models.DateTimeField(_("数据时间"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("确认人"),
    )
    synthetic = models.BooleanField(_("示例数据"), default=False, editable=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("division_id", "name", "pk")
        # Serves the order of lists, the limits of an account, and the look-up by natural key.
        indexes = [models.Index(fields=("division", "name")), models.Index(fields=("name",))]

    def __str__(self) -> str:
        return self.name


class LocatedRecord(Record):
    """A record that stands somewhere."""

    location = PointField(_("位置"))
    address = models.CharField(_("地址"), max_length=200, blank=True)

    class Meta(Record.Meta):
        abstract = True


class LaneRecord(models.Model):
    """A row of operations: it belongs to what really happens, or to one exercise."""

    lane = models.CharField(_("通道"), max_length=32, default=ACTUAL, db_index=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_exercise(self) -> bool:
        """Tell whether this row belongs to an exercise (演练)."""
        return self.lane != ACTUAL
