"""Places, organisations and people: their models live in `core`, their declarations here."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.models import Division, Person, Post, Record, Unit
from anlan.core.records.fields import CodesField
from anlan.core.records.registry import declare
from anlan.core.records.types import Group
from anlan.register.choices import HazardKind

__all__ = ["Expert"]

declare(
    key="division",
    model=Division,
    group=Group.PEOPLE,
    list_columns=("level", "population"),
    filters=("level",),
    search=("name", "code"),
    natural_key=("code",),
    symbol="division",
    half_life=timedelta(days=365),
    read_only=True,
)
declare(
    key="unit",
    model=Unit,
    group=Group.PEOPLE,
    list_columns=("kind", "duty_phone", "parent"),
    filters=("kind",),
    search=("name", "address"),
    symbol="unit",
    half_life=timedelta(days=90),
)
declare(
    key="post",
    model=Post,
    group=Group.PEOPLE,
    list_columns=("code", "unit"),
    filters=("code",),
    search=("name", "code"),
    natural_key=("division", "code"),
    symbol="post",
    half_life=timedelta(days=180),
)
declare(
    key="contact",
    model=Person,
    group=Group.PEOPLE,
    area="contact",
    list_columns=("unit", "post", "phone", "on_duty"),
    filters=("on_duty", "post"),
    search=("name", "phone"),
    natural_key=("division", "name", "unit"),
    symbol="person",
    half_life=timedelta(days=90),
    sensitive=("phone", "email"),
)


class Expert(Record):
    """Somebody who advises in consultations (应急专家)."""

    specialities = CodesField(_("专业领域"), codes=HazardKind)
    employer = models.CharField(_("工作单位"), max_length=100, blank=True)
    title = models.CharField(_("职称"), max_length=40, blank=True)
    phone = models.CharField(_("手机"), max_length=30, blank=True)
    chief = models.BooleanField(_("首席专家"), default=False)
    available = models.BooleanField(_("可参加会商"), default=True)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = _("应急专家")


declare(
    key="expert",
    model=Expert,
    group=Group.PEOPLE,
    area="contact",
    list_columns=("specialities", "employer", "phone", "available"),
    filters=("specialities", "chief", "available"),
    search=("name", "employer"),
    natural_key=("division", "name", "employer"),
    symbol="expert",
    sensitive=("phone",),
)
