"""Places with an administration."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.core.choices import DivisionLevel
from anlan.core.geometry import MultiPolygonField, PointField

__all__ = ["Division"]


class Division(models.Model):
    """A province, city, county, township or village (行政区划), with its statistical code."""

    code = models.CharField(_("行政区划代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=50)
    level = models.CharField(_("级别"), max_length=10, choices=DivisionLevel)
    boundary = MultiPolygonField(_("边界"), null=True, blank=True)
    centre = PointField(_("中心"), null=True, blank=True)
    population = models.PositiveIntegerField(_("常住人口"), null=True, blank=True)
    population_source = models.CharField(_("人口来源"), max_length=200, blank=True)
    synthetic = models.BooleanField(_("示例数据"), default=False)

    class Meta:
        ordering = ("code",)
        verbose_name = verbose_name_plural = _("行政区划")
        constraints = (
            models.CheckConstraint(
                condition=Q(code__regex=r"^[1-9][0-9]{11}$"),
                name="core_division_code_twelve_digits",
            ),
        )

    def __str__(self) -> str:
        return self.name
