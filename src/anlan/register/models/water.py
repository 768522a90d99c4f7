"""Water behind walls, water in streets, and slopes that may slide."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.core.records.registry import declare
from anlan.core.records.types import Group
from anlan.register.models.base import Facility

__all__ = ["FloodPronePoint", "GeologicalHazard", "Reservoir", "TailingsDam"]


class Reservoir(Facility):
    """A reservoir (水库) with its dam, capacity and the level it keeps in the flood season."""

    class Size(models.TextChoices):
        """Size by total capacity (水库工程规模)."""

        LARGE = "large", _("大型")
        MEDIUM = "medium", _("中型")
        SMALL_ONE = "small_1", _("小（1）型")
        SMALL_TWO = "small_2", _("小（2）型")

    size = models.CharField(_("规模"), max_length=10, choices=Size)
    river = models.CharField(_("所在河流"), max_length=50, blank=True)
    capacity_m3 = models.FloatField(_("总库容（m³）"))
    flood_limit_m = models.FloatField(_("汛限水位（m）"), null=True, blank=True)
    design_level_m = models.FloatField(_("设计洪水位（m）"), null=True, blank=True)
    dam_height_m = models.FloatField(_("坝高（m）"), null=True, blank=True)
    dam_crest_m = models.FloatField(_("坝顶高程（m）"), null=True, blank=True)
    dam_kind = models.CharField(_("坝型"), max_length=40, blank=True)
    level_m = models.FloatField(_("当前水位（m）"), null=True, blank=True)
    storage_m3 = models.FloatField(_("当前蓄水量（m³）"), null=True, blank=True)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("水库")
        constraints = (
            models.CheckConstraint(
                condition=Q(capacity_m3__gt=0)
                & (Q(dam_height_m__isnull=True) | Q(dam_height_m__gt=0))
                & (Q(storage_m3__isnull=True) | Q(storage_m3__gte=0)),
                name="register_reservoir_physical",
                violation_error_message=_("总库容和坝高必须大于 0，蓄水量不能为负"),
            ),
        )


declare(
    key="reservoir",
    model=Reservoir,
    group=Group.WATER,
    list_columns=("size", "river", "capacity_m3", "flood_limit_m", "level_m"),
    filters=("size", "river"),
    search=("name", "river", "address"),
    symbol="reservoir",
    half_life=timedelta(days=1),
    sensitive=("contact_phone",),
)


class TailingsDam(Facility):
    """A pond of mine tailings behind a dam (尾矿库)."""

    class Grade(models.TextChoices):
        """Grade by height and volume (尾矿库等别)."""

        ONE = "1", _("一等")
        TWO = "2", _("二等")
        THREE = "3", _("三等")
        FOUR = "4", _("四等")
        FIVE = "5", _("五等")

    grade = models.CharField(_("等别"), max_length=1, choices=Grade)
    mineral = models.CharField(_("矿种"), max_length=40, blank=True)
    dam_height_m = models.FloatField(_("坝高（m）"))
    volume_m3 = models.FloatField(_("现状库容（m³）"))
    overhead = models.BooleanField(_("头顶库"), default=False)
    people_below = models.PositiveIntegerField(_("下游影响人数"), default=0)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("尾矿库")
        constraints = (
            models.CheckConstraint(
                condition=Q(dam_height_m__gt=0) & Q(volume_m3__gte=0),
                name="register_tailingsdam_physical",
                violation_error_message=_("坝高必须大于 0，库容不能为负"),
            ),
        )


declare(
    key="tailings_dam",
    model=TailingsDam,
    group=Group.WATER,
    list_columns=("grade", "dam_height_m", "volume_m3", "overhead", "people_below"),
    filters=("grade", "overhead"),
    search=("name", "mineral", "address"),
    symbol="dam",
    half_life=timedelta(days=30),
    sensitive=("contact_phone",),
)


class GeologicalHazard(Facility):
    """A slope that may slide or fall (地质灾害隐患点), and whom it threatens."""

    class Kind(models.TextChoices):
        """How the ground may move."""

        LANDSLIDE = "landslide", _("滑坡")
        COLLAPSE = "collapse", _("崩塌")
        DEBRIS_FLOW = "debris_flow", _("泥石流")
        SUBSIDENCE = "subsidence", _("地面塌陷")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    volume_m3 = models.FloatField(_("体积（m³）"), default=0)
    households = models.PositiveIntegerField(_("威胁户数"), default=0)
    people = models.PositiveIntegerField(_("威胁人数"), default=0)
    monitored = models.BooleanField(_("专业监测"), default=False)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("地质灾害隐患点")
        constraints = (
            models.CheckConstraint(
                condition=Q(volume_m3__gte=0),
                name="register_geologicalhazard_volume_not_negative",
                violation_error_message=_("体积不能为负"),
            ),
        )


declare(
    key="geological_hazard",
    model=GeologicalHazard,
    group=Group.WATER,
    list_columns=("kind", "households", "people", "monitored"),
    filters=("kind", "monitored"),
    search=("name", "address"),
    symbol="landslide",
    half_life=timedelta(days=90),
    sensitive=("contact_phone",),
)


class FloodPronePoint(Facility):
    """A place where streets flood (易涝点): underpasses, low ground, basements."""

    class Kind(models.TextChoices):
        """What floods there."""

        UNDERPASS = "underpass", _("下穿通道")
        ROAD = "road", _("低洼路段")
        BASEMENT = "basement", _("地下空间")
        VILLAGE = "village", _("低洼居住区")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    depth_record_m = models.FloatField(_("历史最大积水深（m）"), default=0)
    pumps = models.PositiveIntegerField(_("固定泵台数"), default=0)
    closes_at_m = models.FloatField(_("封闭水深（m）"), default=0.27)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("易涝点")
        constraints = (
            models.CheckConstraint(
                condition=Q(depth_record_m__gte=0) & Q(closes_at_m__gt=0),
                name="register_floodpronepoint_depths",
                violation_error_message=_("积水深不能为负，封闭水深必须大于 0"),
            ),
        )


declare(
    key="flood_prone_point",
    model=FloodPronePoint,
    group=Group.WATER,
    list_columns=("kind", "depth_record_m", "pumps"),
    filters=("kind",),
    search=("name", "address"),
    symbol="flood",
    sensitive=("contact_phone",),
)
