"""How we get there, and how we stay in touch."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.core.models import LocatedRecord
from anlan.core.records.registry import declare
from anlan.core.records.types import Group
from anlan.register.models.base import Facility

__all__ = [
    "CommunicationStation",
    "LandingSite",
    "LifelineFacility",
    "RoadStructure",
    "TransitStation",
    "TransportFleet",
]


class LandingSite(Facility):
    """Where a helicopter can land (直升机起降点)."""

    length_m = models.FloatField(_("长（m）"))
    width_m = models.FloatField(_("宽（m）"))
    max_mass_t = models.FloatField(_("最大起降重量（t）"), default=0)
    lit = models.BooleanField(_("夜间可用"), default=False)
    refuelling = models.BooleanField(_("可加油"), default=False)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("直升机起降点")
        constraints = (
            models.CheckConstraint(
                condition=Q(length_m__gt=0) & Q(width_m__gt=0) & Q(max_mass_t__gte=0),
                name="register_landingsite_physical",
                violation_error_message=_("长和宽必须大于 0，重量不能为负"),
            ),
        )


declare(
    key="landing_site",
    model=LandingSite,
    group=Group.TRAFFIC,
    list_columns=("length_m", "width_m", "max_mass_t", "lit", "refuelling"),
    filters=("lit", "refuelling"),
    search=("name", "address"),
    symbol="helipad",
    sensitive=("contact_phone",),
)


class RoadStructure(Facility):
    """A bridge, tunnel or culvert that can be cut (桥梁隧道)."""

    class Kind(models.TextChoices):
        """What carries the road."""

        BRIDGE = "bridge", _("桥梁")
        TUNNEL = "tunnel", _("隧道")
        UNDERPASS = "underpass", _("下穿立交")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    road = models.CharField(_("所在道路"), max_length=60, blank=True)
    length_m = models.FloatField(_("长度（m）"), default=0)
    load_limit_t = models.FloatField(_("限载（t）"), null=True, blank=True)
    height_limit_m = models.FloatField(_("限高（m）"), null=True, blank=True)
    passable = models.BooleanField(_("可通行"), default=True)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("桥梁隧道")
        constraints = (
            models.CheckConstraint(
                condition=Q(length_m__gte=0),
                name="register_roadstructure_length_not_negative",
                violation_error_message=_("长度不能为负"),
            ),
        )


declare(
    key="road_structure",
    model=RoadStructure,
    group=Group.TRAFFIC,
    list_columns=("kind", "road", "load_limit_t", "height_limit_m", "passable"),
    filters=("kind", "passable"),
    search=("name", "road", "address"),
    symbol="bridge",
    half_life=timedelta(days=90),
    sensitive=("contact_phone",),
)


class TransitStation(Facility):
    """A station or airport (客运场站): where many people travel at once."""

    class Kind(models.TextChoices):
        """What stops there."""

        METRO = "metro", _("地铁站")
        RAIL = "rail", _("火车站")
        COACH = "coach", _("汽车客运站")
        PORT = "port", _("港口码头")
        AIRPORT = "airport", _("机场")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    daily_passengers = models.PositiveIntegerField(_("日均客流"), default=0)
    capacity = models.PositiveIntegerField(_("最高聚集人数"), default=0)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("客运场站")


declare(
    key="transit_station",
    model=TransitStation,
    group=Group.TRAFFIC,
    list_columns=("kind", "daily_passengers", "capacity"),
    filters=("kind",),
    search=("name", "address"),
    symbol="station",
    sensitive=("contact_phone",),
)


class TransportFleet(Facility):
    """Vehicles a company keeps ready for transport (应急运输车队)."""

    class Kind(models.TextChoices):
        """What it carries."""

        BUS = "bus", _("客运")
        TRUCK = "truck", _("货运")
        COLD_CHAIN = "cold_chain", _("冷链")
        TANKER = "tanker", _("罐车")
        HEAVY = "heavy", _("大件运输")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    vehicles = models.PositiveIntegerField(_("车辆数"), default=0)
    seats = models.PositiveIntegerField(_("总座位数"), default=0)
    load_t = models.FloatField(_("总载质量（t）"), default=0)
    drivers = models.PositiveIntegerField(_("驾驶员"), default=0)
    ready_minutes = models.PositiveIntegerField(_("集结时间（min）"), default=60)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("应急运输车队")
        constraints = (
            models.CheckConstraint(
                condition=Q(load_t__gte=0),
                name="register_transportfleet_load_not_negative",
                violation_error_message=_("总载质量不能为负"),
            ),
        )


declare(
    key="transport_fleet",
    model=TransportFleet,
    group=Group.TRAFFIC,
    list_columns=("kind", "vehicles", "seats", "load_t", "ready_minutes"),
    filters=("kind",),
    search=("name", "address"),
    symbol="bus",
    half_life=timedelta(days=60),
    sensitive=("contact_phone",),
)


class CommunicationStation(LocatedRecord):
    """A station that keeps us in touch (通信站点): mast, satellite, relay."""

    class Kind(models.TextChoices):
        """What it carries."""

        MOBILE = "mobile", _("移动基站")
        SATELLITE = "satellite", _("卫星站")
        TRUNKING = "trunking", _("集群基站")
        SHORTWAVE = "shortwave", _("短波电台")
        EXCHANGE = "exchange", _("通信枢纽")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    operator = models.CharField(_("运营单位"), max_length=60, blank=True)
    backup_power_h = models.FloatField(_("备电时间（h）"), default=0)
    range_m = models.FloatField(_("覆盖半径（m）"), default=0)
    working = models.BooleanField(_("正常"), default=True)

    class Meta(LocatedRecord.Meta):
        verbose_name = verbose_name_plural = _("通信站点")
        constraints = (
            models.CheckConstraint(
                condition=Q(backup_power_h__gte=0) & Q(range_m__gte=0),
                name="register_communicationstation_not_negative",
                violation_error_message=_("备电时间和覆盖半径不能为负"),
            ),
        )


declare(
    key="communication_station",
    model=CommunicationStation,
    group=Group.TRAFFIC,
    list_columns=("kind", "operator", "backup_power_h", "working"),
    filters=("kind", "working"),
    search=("name", "operator", "address"),
    symbol="antenna",
    half_life=timedelta(days=90),
)


class LifelineFacility(Facility):
    """A node of the networks a city lives on (生命线设施): power, water, gas, heat."""

    class Kind(models.TextChoices):
        """What it feeds."""

        SUBSTATION = "substation", _("变电站")
        POWER_PLANT = "power_plant", _("发电厂")
        WATER_WORKS = "water_works", _("自来水厂")
        SEWAGE_WORKS = "sewage_works", _("污水处理厂")
        GAS_GATE = "gas_gate", _("燃气门站")
        HEAT_SOURCE = "heat_source", _("热源厂")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    people_served = models.PositiveIntegerField(_("服务人口"), default=0)
    backup_power_h = models.FloatField(_("备电时间（h）"), default=0)
    working = models.BooleanField(_("正常"), default=True)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("生命线设施")
        constraints = (
            models.CheckConstraint(
                condition=Q(backup_power_h__gte=0),
                name="register_lifelinefacility_backup_not_negative",
                violation_error_message=_("备电时间不能为负"),
            ),
        )


declare(
    key="lifeline_facility",
    model=LifelineFacility,
    group=Group.LIFELINE,
    list_columns=("kind", "people_served", "backup_power_h", "working"),
    filters=("kind", "working"),
    search=("name", "address"),
    symbol="lifeline",
    half_life=timedelta(days=90),
    sensitive=("contact_phone",),
)
