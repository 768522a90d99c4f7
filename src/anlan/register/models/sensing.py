"""Eyes and ears: cameras, sensors, grid cells, look-outs."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.geometry import MultiPolygonField
from anlan.core.models import LocatedRecord, Record
from anlan.core.records.registry import declare
from anlan.core.records.types import Group
from anlan.register.models.base import Facility

__all__ = ["Camera", "ForestFirePoint", "GridCell", "MonitoringSensor"]


class Camera(LocatedRecord):
    """A video camera (视频监控点). The stream itself stays with its owner."""

    owner = models.CharField(_("权属单位"), max_length=100, blank=True)
    channel_code = models.CharField(_("国标通道编码"), max_length=20, blank=True)
    watches = models.CharField(_("监控对象"), max_length=60, blank=True)
    rotates = models.BooleanField(_("可云台控制"), default=False)
    online = models.BooleanField(_("在线"), default=True)

    class Meta(LocatedRecord.Meta):
        verbose_name = verbose_name_plural = _("视频监控点")


declare(
    key="camera",
    model=Camera,
    group=Group.SENSING,
    list_columns=("owner", "watches", "rotates", "online"),
    filters=("online", "rotates"),
    search=("name", "channel_code", "address"),
    symbol="camera",
    half_life=timedelta(days=30),
)


class MonitoringSensor(LocatedRecord):
    """A station that measures (监测站点), and the value at which it calls."""

    class Quantity(models.TextChoices):
        """What it measures."""

        RAIN = "rain", _("雨量")
        WATER_LEVEL = "water_level", _("水位")
        FLOW = "flow", _("流量")
        WIND = "wind", _("风")
        TEMPERATURE = "temperature", _("气温")
        GAS = "gas", _("可燃有毒气体")
        SMOKE = "smoke", _("烟感火警")
        DISPLACEMENT = "displacement", _("位移")
        SEISMIC = "seismic", _("地震动")
        AIR_QUALITY = "air_quality", _("空气质量")
        RADIATION = "radiation", _("辐射")
        CROWD = "crowd", _("客流")

    quantity = models.CharField(_("监测要素"), max_length=15, choices=Quantity)
    measure = models.CharField(_("计量单位"), max_length=15, blank=True)
    alarm_above = models.FloatField(_("告警上限"), null=True, blank=True)
    alarm_below = models.FloatField(_("告警下限"), null=True, blank=True)
    device_code = models.CharField(_("设备编码"), max_length=40, blank=True)
    online = models.BooleanField(_("在线"), default=True)

    class Meta(LocatedRecord.Meta):
        verbose_name = verbose_name_plural = _("监测站点")


declare(
    key="sensor",
    model=MonitoringSensor,
    group=Group.SENSING,
    list_columns=("quantity", "alarm_above", "measure", "online"),
    filters=("quantity", "online"),
    search=("name", "device_code", "address"),
    symbol="sensor",
    half_life=timedelta(days=30),
)


class ForestFirePoint(Facility):
    """A point of the watch against forest fires (森林防火点): look-out, checkpoint, danger spot."""

    class Kind(models.TextChoices):
        """What the point is for."""

        LOOKOUT = "lookout", _("瞭望台")
        CHECKPOINT = "checkpoint", _("检查站")
        DANGER_SPOT = "danger_spot", _("重点火险点")
        WATER = "water", _("取水点")
        HOTSPOT = "hotspot", _("卫星热点")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    keepers = models.PositiveIntegerField(_("护林员人数"), default=0)
    water_m3 = models.FloatField(_("蓄水量（m³）"), default=0)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("森林防火点")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(water_m3__gte=0),
                name="register_forestfirepoint_water_not_negative",
                violation_error_message=_("蓄水量不能为负"),
            ),
        )


declare(
    key="forest_fire_point",
    model=ForestFirePoint,
    group=Group.SENSING,
    list_columns=("kind", "keepers", "water_m3"),
    filters=("kind",),
    search=("name", "address"),
    symbol="forest",
    sensitive=("contact_phone",),
)


class GridCell(Record):
    """The patch that one grid worker looks after (网格), drawn as an area."""

    code = models.CharField(_("网格编码"), max_length=30)
    worker_name = models.CharField(_("网格员"), max_length=50, blank=True)
    worker_phone = models.CharField(_("网格员电话"), max_length=30, blank=True)
    households = models.PositiveIntegerField(_("户数"), default=0)
    people = models.PositiveIntegerField(_("人数"), default=0)
    vulnerable = models.PositiveIntegerField(_("重点照护人数"), default=0)
    boundary = MultiPolygonField(_("范围"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = _("网格")
        constraints = (
            models.UniqueConstraint(fields=("code",), name="register_gridcell_unique_code"),
        )


declare(
    key="grid_cell",
    model=GridCell,
    group=Group.SENSING,
    list_columns=("code", "worker_name", "worker_phone", "people", "vulnerable"),
    search=("name", "code", "worker_name"),
    natural_key=("code",),
    symbol="grid",
    half_life=timedelta(days=90),
    sensitive=("worker_phone",),
)
