"""What can explode, leak or burn."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.core.geometry import LineStringField
from anlan.core.models import LocatedRecord, Record
from anlan.core.records.registry import declare
from anlan.core.records.types import Group
from anlan.register.choices import DangerGrade, Medium
from anlan.register.models.base import Facility

__all__ = [
    "GasStation",
    "HazardousEnterprise",
    "HazmatVehicle",
    "MajorHazardSource",
    "Pipeline",
    "StorageTank",
]


class HazardousEnterprise(Facility):
    """A company that makes, stores or uses dangerous chemicals (危险化学品企业)."""

    class Kind(models.TextChoices):
        """What it does with them."""

        PRODUCTION = "production", _("生产")
        STORAGE = "storage", _("储存经营")
        USE = "use", _("使用")
        FIREWORKS = "fireworks", _("烟花爆竹")
        MINE = "mine", _("矿山")
        METAL = "metal", _("冶金")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind, default=Kind.PRODUCTION)
    main_substances = models.CharField(_("主要危险物质"), max_length=200, blank=True)
    employees = models.PositiveIntegerField(_("从业人数"), default=0)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    permit_until = models.DateField(_("许可证有效期至"), null=True, blank=True)
    in_park = models.BooleanField(_("位于化工园区"), default=False)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("危险化学品企业")


declare(
    key="hazardous_enterprise",
    model=HazardousEnterprise,
    group=Group.DANGER,
    list_columns=("kind", "main_substances", "employees", "permit_until"),
    filters=("kind", "in_park"),
    search=("name", "address", "main_substances"),
    symbol="chemical-plant",
    half_life=timedelta(days=90),
    sensitive=("contact_phone",),
)


class MajorHazardSource(Facility):
    """A unit whose quantity of a substance reaches the threshold (重大危险源, GB 18218-2018)."""

    enterprise = models.ForeignKey(
        HazardousEnterprise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hazard_sources",
        verbose_name=_("所属企业"),
    )
    substance = models.CharField(_("物质名称"), max_length=60)
    cas = models.CharField(_("CAS号"), max_length=12, blank=True)
    quantity_t = models.FloatField(_("最大在线量（t）"))
    grade = models.CharField(_("等级"), max_length=1, choices=DangerGrade)
    r_value = models.FloatField(_("R值"), null=True, blank=True)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("重大危险源")
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity_t__gt=0),
                name="register_majorhazardsource_quantity_positive",
                violation_error_message=_("最大在线量必须大于 0"),
            ),
        )


declare(
    key="major_hazard_source",
    model=MajorHazardSource,
    group=Group.DANGER,
    list_columns=("enterprise", "substance", "quantity_t", "grade"),
    filters=("grade",),
    search=("name", "substance", "address"),
    symbol="hazard",
    half_life=timedelta(days=60),
    sensitive=("contact_phone",),
)


class StorageTank(LocatedRecord):
    """A tank of a hazardous substance (储罐): what a leak can let go."""

    class Phase(models.TextChoices):
        """How the substance is kept."""

        PRESSURISED = "pressurised", _("加压液化")
        REFRIGERATED = "refrigerated", _("低温液化")
        LIQUID = "liquid", _("常压液体")
        GAS = "gas", _("压缩气体")

    enterprise = models.ForeignKey(
        HazardousEnterprise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tanks",
        verbose_name=_("所属企业"),
    )
    substance = models.CharField(_("物质名称"), max_length=60)
    cas = models.CharField(_("CAS号"), max_length=12, blank=True)
    phase = models.CharField(_("储存状态"), max_length=12, choices=Phase)
    volume_m3 = models.FloatField(_("容积（m³）"))
    inventory_kg = models.FloatField(_("存量（kg）"), default=0)
    pressure_pa = models.FloatField(_("压力（Pa）"), default=101325)
    temperature_k = models.FloatField(_("温度（K）"), default=293.15)
    bund_area_m2 = models.FloatField(_("围堰面积（m²）"), default=0)

    class Meta(LocatedRecord.Meta):
        verbose_name = verbose_name_plural = _("危险物质储罐")
        constraints = (
            models.CheckConstraint(
                condition=Q(volume_m3__gt=0)
                & Q(inventory_kg__gte=0)
                & Q(pressure_pa__gt=0)
                & Q(temperature_k__gt=0)
                & Q(bund_area_m2__gte=0),
                name="register_storagetank_physical",
                violation_error_message=_("容积、压力和温度必须大于 0，存量和围堰面积不能为负"),
            ),
        )


declare(
    key="storage_tank",
    model=StorageTank,
    group=Group.DANGER,
    list_columns=("enterprise", "substance", "phase", "volume_m3", "inventory_kg"),
    filters=("phase",),
    search=("name", "substance"),
    natural_key=("division", "name", "enterprise"),
    symbol="tank",
    half_life=timedelta(days=7),
)


class Pipeline(Record):
    """A pipe under the ground (管线), drawn as a line."""

    medium = models.CharField(_("介质"), max_length=15, choices=Medium)
    owner = models.CharField(_("权属单位"), max_length=100, blank=True)
    diameter_mm = models.FloatField(_("管径（mm）"))
    pressure_pa = models.FloatField(_("设计压力（Pa）"), default=0)
    built_year = models.PositiveIntegerField(_("建成年份"), null=True, blank=True)
    material = models.CharField(_("材质"), max_length=40, blank=True)
    emergency_phone = models.CharField(_("抢修电话"), max_length=30, blank=True)
    route = LineStringField(_("走向"))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = _("管线")
        constraints = (
            models.CheckConstraint(
                condition=Q(diameter_mm__gt=0) & Q(pressure_pa__gte=0),
                name="register_pipeline_physical",
                violation_error_message=_("管径必须大于 0，压力不能为负"),
            ),
        )


declare(
    key="pipeline",
    model=Pipeline,
    group=Group.DANGER,
    list_columns=("medium", "owner", "diameter_mm", "pressure_pa"),
    filters=("medium",),
    search=("name", "owner"),
    symbol="pipeline",
    half_life=timedelta(days=365),
)


class GasStation(Facility):
    """A filling station (加油加气站)."""

    class Fuel(models.TextChoices):
        """What it sells."""

        OIL = "oil", _("加油")
        CNG = "cng", _("压缩天然气")
        LNG = "lng", _("液化天然气")
        LPG = "lpg", _("液化石油气")
        HYDROGEN = "hydrogen", _("加氢")
        MIXED = "mixed", _("油气合建")

    fuel = models.CharField(_("类别"), max_length=10, choices=Fuel, default=Fuel.OIL)
    tank_volume_m3 = models.FloatField(_("储罐总容积（m³）"), default=0)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("加油加气站")
        constraints = (
            models.CheckConstraint(
                condition=Q(tank_volume_m3__gte=0),
                name="register_gasstation_volume_not_negative",
                violation_error_message=_("储罐总容积不能为负"),
            ),
        )


declare(
    key="gas_station",
    model=GasStation,
    group=Group.DANGER,
    list_columns=("fuel", "tank_volume_m3"),
    filters=("fuel",),
    search=("name", "address"),
    symbol="fuel",
    half_life=timedelta(days=365),
    sensitive=("contact_phone",),
)


class HazmatVehicle(Record):
    """A vehicle licensed for dangerous goods (危险货物运输车辆)."""

    plate = models.CharField(_("车牌"), max_length=12)
    owner = models.CharField(_("运输企业"), max_length=100, blank=True)
    goods_class = models.CharField(_("货物类别"), max_length=40, blank=True)
    load_t = models.FloatField(_("核定载质量（t）"), default=0)
    emergency_phone = models.CharField(_("应急电话"), max_length=30, blank=True)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = _("危险货物运输车辆")
        constraints = (
            models.CheckConstraint(
                condition=Q(load_t__gte=0),
                name="register_hazmatvehicle_load_not_negative",
                violation_error_message=_("核定载质量不能为负"),
            ),
        )


declare(
    key="hazmat_vehicle",
    model=HazmatVehicle,
    group=Group.DANGER,
    list_columns=("plate", "owner", "goods_class", "load_t"),
    filters=("goods_class",),
    search=("name", "plate", "owner"),
    natural_key=("plate",),
    symbol="truck",
    half_life=timedelta(days=180),
    sensitive=("emergency_phone",),
)
