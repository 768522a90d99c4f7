"""What facilities have in common."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.models import LocatedRecord

__all__ = ["Facility"]


class Facility(LocatedRecord):
    """A place with somebody who answers the telephone."""

    unit = models.ForeignKey(
        "core.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("主管单位"),
    )
    contact_name = models.CharField(_("责任人"), max_length=50, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)

    class Meta(LocatedRecord.Meta):
        abstract = True
