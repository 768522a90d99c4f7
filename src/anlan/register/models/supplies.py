"""With what we act: warehouses, what lies in them, and who can make more."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.core.models import Record
from anlan.core.records.registry import declare
from anlan.core.records.types import Group
from anlan.register.choices import StockItem
from anlan.register.models.base import Facility

__all__ = ["ProductionEnterprise", "Stock", "Warehouse"]


class Warehouse(Facility):
    """A warehouse of emergency supplies (应急物资储备库)."""

    class Tier(models.TextChoices):
        """Who keeps it."""

        CITY = "city", _("市级")
        COUNTY = "county", _("县级")
        TOWN = "town", _("乡镇级")
        COMPANY = "company", _("企业代储")

    tier = models.CharField(_("级别"), max_length=10, choices=Tier, default=Tier.COUNTY)
    area_m2 = models.FloatField(_("库房面积（m²）"), default=0)
    loading_docks = models.PositiveIntegerField(_("装卸车位"), default=1)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("应急物资储备库")
        constraints = (
            models.CheckConstraint(
                condition=Q(area_m2__gte=0),
                name="register_warehouse_area_not_negative",
                violation_error_message=_("库房面积不能为负"),
            ),
        )


declare(
    key="warehouse",
    model=Warehouse,
    group=Group.SUPPLIES,
    area="supplies",
    list_columns=("tier", "area_m2", "contact_name", "contact_phone"),
    filters=("tier",),
    search=("name", "address"),
    symbol="warehouse",
    half_life=timedelta(days=90),
    sensitive=("contact_phone",),
)


class Stock(Record):
    """One kind of goods in one warehouse (库存物资). `reserved` is promised and not yet gone."""

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="stocks", verbose_name=_("储备库")
    )
    item = models.CharField(
        _("物资种类"), max_length=30, choices=StockItem, default=StockItem.OTHER
    )
    quantity = models.PositiveIntegerField(_("数量"), default=0)
    reserved = models.PositiveIntegerField(_("已占用"), default=0, editable=False)
    measure = models.CharField(_("计量单位"), max_length=10, default="件")
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = _("库存物资")
        constraints = (
            models.CheckConstraint(
                condition=Q(reserved__lte=models.F("quantity")),
                name="register_stock_reserved_within_quantity",
                violation_error_message=_("数量不能少于已占用的数量"),
            ),
        )
        indexes = [
            models.Index(fields=("division", "name")),
            models.Index(fields=("name",)),
            models.Index(fields=("item",), name="register_stock_item"),
        ]


declare(
    key="stock",
    model=Stock,
    group=Group.SUPPLIES,
    area="supplies",
    list_columns=("item", "quantity", "measure", "warehouse", "expires_on"),
    filters=("item", "warehouse"),
    search=("name",),
    natural_key=("warehouse", "name", "expires_on"),
    symbol="stock",
    half_life=timedelta(days=30),
)


class ProductionEnterprise(Facility):
    """A company that can make or sell emergency goods (产能储备企业)."""

    item = models.CharField(
        _("物资种类"), max_length=30, choices=StockItem, default=StockItem.OTHER
    )
    product = models.CharField(_("产品"), max_length=60, blank=True)
    daily_capacity = models.PositiveIntegerField(_("日产能"), default=0)
    measure = models.CharField(_("计量单位"), max_length=10, default="件")
    lead_time_h = models.PositiveIntegerField(_("启动时间（h）"), default=24)
    agreed = models.BooleanField(_("已签协议"), default=False)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("产能储备企业")


declare(
    key="production_enterprise",
    model=ProductionEnterprise,
    group=Group.SUPPLIES,
    area="supplies",
    list_columns=("item", "product", "daily_capacity", "measure", "lead_time_h", "agreed"),
    filters=("item", "agreed"),
    search=("name", "product", "address"),
    natural_key=("division", "name", "item"),
    symbol="factory",
    half_life=timedelta(days=90),
    sensitive=("contact_phone",),
)
