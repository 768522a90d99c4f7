from __future__ import annotations

from typing import ClassVar

from django.db import models

from anlan.core.geometry import GeometryField, MultiPolygonField, PointField

__all__ = ["Building", "Site", "Zone"]


class Site(models.Model):
    objects: ClassVar[models.Manager[Site]] = models.Manager()
    name = models.CharField(max_length=50)
    kind = models.CharField(max_length=10, db_index=True)
    level = models.PositiveSmallIntegerField(default=4)
    location = PointField(null=True, blank=True)

    class Meta:
        app_label = "geodemo"

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    objects: ClassVar[models.Manager[Building]] = models.Manager()
    name = models.CharField(max_length=50)
    outline = GeometryField(null=True, blank=True)

    class Meta:
        app_label = "geodemo"

    def __str__(self) -> str:
        return self.name


class Zone(models.Model):
    objects: ClassVar[models.Manager[Zone]] = models.Manager()
    name = models.CharField(max_length=50)
    area = MultiPolygonField()

    class Meta:
        app_label = "geodemo"

    def __str__(self) -> str:
        return self.name
