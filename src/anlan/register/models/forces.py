"""With whom we act: stations, teams, and the units that drive out."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.models import LocatedRecord
from anlan.core.records.fields import CodesField
from anlan.core.records.registry import declare
from anlan.core.records.types import Group
from anlan.register.choices import Capability, UnitKind, UnitStatus
from anlan.register.models.base import Facility

__all__ = ["CommunityStation", "FireStation", "RescueTeam", "ResponseUnit"]


class FireStation(Facility):
    """A fire station (消防救援站): people and engines on duty."""

    class Kind(models.TextChoices):
        """Kinds of station (城市消防站建设标准)."""

        SPECIAL = "special", _("特勤站")
        FIRST = "first", _("一级站")
        SECOND = "second", _("二级站")
        SMALL = "small", _("小型站")
        VOLUNTARY = "voluntary", _("政府专职队")
        COMPANY = "company", _("企业专职队")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind, default=Kind.FIRST)
    people = models.PositiveIntegerField(_("执勤人数"), default=0)
    engines = models.PositiveIntegerField(_("执勤车辆"), default=0)
    foam_t = models.FloatField(_("泡沫储量（t）"), default=0)
    capabilities = CodesField(_("能力"), codes=Capability)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("消防救援站")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(foam_t__gte=0),
                name="register_firestation_foam_not_negative",
                violation_error_message=_("泡沫储量不能为负"),
            ),
        )


declare(
    key="fire_station",
    model=FireStation,
    group=Group.FORCES,
    list_columns=("kind", "people", "engines", "capabilities"),
    filters=("kind", "capabilities"),
    search=("name", "address"),
    symbol="fire-station",
    half_life=timedelta(days=30),
    sensitive=("contact_phone",),
)


class CommunityStation(Facility):
    """A community rescue station (社区应急救援站): the first people and tools on the spot."""

    volunteers = models.PositiveIntegerField(_("队员人数"), default=0)
    equipment_sets = models.PositiveIntegerField(_("应急装备套数"), default=0)
    open_all_hours = models.BooleanField(_("24小时值守"), default=False)
    capabilities = CodesField(_("能力"), codes=Capability)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("社区应急救援站")


declare(
    key="community_station",
    model=CommunityStation,
    group=Group.FORCES,
    list_columns=("volunteers", "equipment_sets", "open_all_hours"),
    filters=("open_all_hours", "capabilities"),
    search=("name", "address"),
    symbol="community-station",
    half_life=timedelta(days=60),
    sensitive=("contact_phone",),
)


class RescueTeam(Facility):
    """A rescue team (应急救援队伍): professional, of a company, or of volunteers."""

    class Kind(models.TextChoices):
        """Who keeps the team."""

        COMPREHENSIVE = "comprehensive", _("综合性队伍")
        PROFESSIONAL = "professional", _("专业队伍")
        COMPANY = "company", _("企业队伍")
        GRASSROOTS = "grassroots", _("基层队伍")
        SOCIAL = "social", _("社会力量")
        MILITARY = "military", _("军队和民兵")

    kind = models.CharField(_("类别"), max_length=15, choices=Kind, default=Kind.PROFESSIONAL)
    people = models.PositiveIntegerField(_("人数"), default=0)
    vehicles = models.PositiveIntegerField(_("车辆"), default=0)
    ready_minutes = models.PositiveIntegerField(_("集结时间（min）"), default=30)
    capabilities = CodesField(_("能力"), codes=Capability)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("救援队伍")


declare(
    key="rescue_team",
    model=RescueTeam,
    group=Group.FORCES,
    list_columns=("kind", "people", "ready_minutes", "capabilities"),
    filters=("kind", "capabilities"),
    search=("name", "address"),
    symbol="team",
    half_life=timedelta(days=60),
    sensitive=("contact_phone",),
)


class ResponseUnit(LocatedRecord):
    """What is sent out (救援单元): a crew with its vehicle, or a team; its location is where it waits."""

    call_sign = models.CharField(_("呼号"), max_length=30, blank=True)
    kind = models.CharField(_("类别"), max_length=25, choices=UnitKind)
    capabilities = CodesField(_("能力"), codes=Capability)
    status = models.CharField(
        _("状态"), max_length=15, choices=UnitStatus, default=UnitStatus.AVAILABLE
    )
    crew = models.PositiveIntegerField(_("编组人数"), default=1)
    vehicle = models.CharField(_("车型"), max_length=60, blank=True)
    plate = models.CharField(_("车牌"), max_length=12, blank=True)
    seats = models.PositiveIntegerField(_("可载人数"), default=0)
    turnout_s = models.PositiveIntegerField(_("出动准备时间（s）"), default=60)
    phone = models.CharField(_("车载电话"), max_length=30, blank=True)
    station = models.ForeignKey(
        "register.FireStation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("所属消防站"),
    )
    hospital = models.ForeignKey(
        "register.Hospital",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("所属医院"),
    )
    team = models.ForeignKey(
        RescueTeam,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("所属队伍"),
    )

    class Meta(LocatedRecord.Meta):
        verbose_name = verbose_name_plural = _("救援单元")
        indexes = [
            models.Index(fields=("division", "name")),
            models.Index(fields=("name",)),
            models.Index(fields=("kind", "status"), name="register_unit_kind_status"),
        ]


declare(
    key="response_unit",
    model=ResponseUnit,
    group=Group.FORCES,
    list_columns=("kind", "status", "crew", "capabilities", "station"),
    filters=("kind", "status", "capabilities"),
    search=("name", "call_sign", "plate"),
    symbol="vehicle",
    half_life=timedelta(hours=12),
    sensitive=("phone",),
)
