"""Where people go, and whom we must fetch first."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.core.records.fields import CodesField
from anlan.core.records.registry import declare
from anlan.core.records.types import Group
from anlan.register.choices import CareKind, HazardKind, ShelterClass
from anlan.register.models.base import Facility

__all__ = ["CareInstitution", "CrowdedPlace", "School", "Shelter"]


class Shelter(Facility):
    """An emergency shelter (应急避难场所): how many, how large, for which hazards."""

    shelter_class = models.CharField(
        _("类别"), max_length=10, choices=ShelterClass, default=ShelterClass.SHORT
    )
    capacity = models.PositiveIntegerField(_("容纳人数"), default=0)
    occupied = models.PositiveIntegerField(_("已安置人数"), default=0)
    area_m2 = models.FloatField(_("有效面积（m²）"), default=0)
    indoor = models.BooleanField(_("室内"), default=False)
    suits = CodesField(_("适用灾种"), codes=HazardKind)
    is_open = models.BooleanField(_("已启用"), default=False)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("应急避难场所")
        constraints = (
            models.CheckConstraint(
                condition=Q(area_m2__gte=0),
                name="register_shelter_area_not_negative",
                violation_error_message=_("有效面积不能为负"),
            ),
        )


declare(
    key="shelter",
    model=Shelter,
    group=Group.SHELTER,
    list_columns=("shelter_class", "capacity", "occupied", "area_m2", "indoor", "is_open"),
    filters=("shelter_class", "suits", "indoor", "is_open"),
    search=("name", "address"),
    symbol="shelter",
    half_life=timedelta(days=30),
    sensitive=("contact_phone",),
)


class School(Facility):
    """A school (学校): how many children by day, how many by night."""

    class Stage(models.TextChoices):
        """Stage of education."""

        PRIMARY = "primary", _("小学")
        JUNIOR = "junior", _("初中")
        NINE_YEAR = "nine_year", _("九年一贯制")
        SENIOR = "senior", _("高中")
        VOCATIONAL = "vocational", _("中职")
        COLLEGE = "college", _("高校")
        SPECIAL = "special", _("特殊教育")

    stage = models.CharField(_("学段"), max_length=12, choices=Stage, default=Stage.PRIMARY)
    pupils = models.PositiveIntegerField(_("学生人数"), default=0)
    boarders = models.PositiveIntegerField(_("寄宿学生"), default=0)
    staff = models.PositiveIntegerField(_("教职工"), default=0)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("学校")
        constraints = (
            models.CheckConstraint(
                condition=Q(boarders__lte=models.F("pupils")),
                name="register_school_boarders_within_pupils",
                violation_error_message=_("寄宿学生不能多于学生人数"),
            ),
        )


declare(
    key="school",
    model=School,
    group=Group.EXPOSED,
    list_columns=("stage", "pupils", "boarders", "staff"),
    filters=("stage",),
    search=("name", "address"),
    symbol="school",
    half_life=timedelta(days=180),
    sensitive=("contact_phone",),
)


class CareInstitution(Facility):
    """A kindergarten, nursing home or the like (照护机构): people who need help to leave."""

    kind = models.CharField(_("类别"), max_length=15, choices=CareKind)
    residents = models.PositiveIntegerField(_("在园在院人数"), default=0)
    immobile = models.PositiveIntegerField(_("行动不便人数"), default=0)
    staff = models.PositiveIntegerField(_("工作人员"), default=0)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("照护机构")
        constraints = (
            models.CheckConstraint(
                condition=Q(immobile__lte=models.F("residents")),
                name="register_careinstitution_immobile_within_residents",
                violation_error_message=_("行动不便人数不能多于在园在院人数"),
            ),
        )


declare(
    key="care_institution",
    model=CareInstitution,
    group=Group.EXPOSED,
    list_columns=("kind", "residents", "immobile", "staff"),
    filters=("kind",),
    search=("name", "address"),
    symbol="care",
    half_life=timedelta(days=90),
    sensitive=("contact_phone",),
)


class CrowdedPlace(Facility):
    """A place where many people meet (人员密集场所)."""

    class Kind(models.TextChoices):
        """What brings people there."""

        MALL = "mall", _("商场市场")
        SCENIC = "scenic", _("旅游景区")
        STADIUM = "stadium", _("体育场馆")
        THEATRE = "theatre", _("影剧院")
        HOTEL = "hotel", _("宾馆饭店")
        RELIGIOUS = "religious", _("宗教场所")
        SQUARE = "square", _("广场")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind, default=Kind.MALL)
    capacity = models.PositiveIntegerField(_("最大承载人数"), default=0)
    exits = models.PositiveIntegerField(_("安全出口数"), default=0)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("人员密集场所")


declare(
    key="crowded_place",
    model=CrowdedPlace,
    group=Group.EXPOSED,
    list_columns=("kind", "capacity", "exits"),
    filters=("kind",),
    search=("name", "address"),
    symbol="crowd",
    sensitive=("contact_phone",),
)
