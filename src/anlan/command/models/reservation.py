"""Which stock is promised to which incident, and until when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

__all__ = ["StockReservation"]


class StockReservation(models.Model):
    """So much of one stock row, promised to one part of a package (物资占用).

    The open rows of a stock add up to its `reserved`; a row is never deleted, only released.
    """

    part = models.ForeignKey(
        "command.PackagePart",
        on_delete=models.PROTECT,
        related_name="reservations",
        verbose_name=_("方案内容"),
    )
    incident = models.ForeignKey(
        "command.Incident",
        on_delete=models.PROTECT,
        related_name="reservations",
        verbose_name=_("事件"),
    )
    task_key = models.CharField(_("出库任务"), max_length=60, blank=True)
    stock = models.ForeignKey(
        "register.Stock", on_delete=models.PROTECT, related_name="+", verbose_name=_("库存物资")
    )
    quantity = models.PositiveIntegerField(_("数量"))
    place = models.CharField(_("送往"), max_length=200, blank=True)
    reserved_at = models.DateTimeField(_("占用时间"))
    reserved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("占用人"),
    )
    released_at = models.DateTimeField(_("释放时间"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("释放人"),
    )
    release_reason = models.CharField(_("释放理由"), max_length=300, blank=True)

    class Meta:
        ordering = ("-reserved_at", "-pk")
        verbose_name = verbose_name_plural = _("物资占用")
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="command_stockreservation_quantity_positive"
            ),
        )
        indexes = (
            models.Index(fields=("stock", "released_at"), name="command_reservation_stock"),
            models.Index(fields=("incident", "released_at"), name="command_reservation_incident"),
        )

    def __str__(self) -> str:
        return f"{self.stock}×{self.quantity}"
