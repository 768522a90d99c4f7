"""Who treats the injured, and with what blood."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.core.records.fields import CodesField
from anlan.core.records.registry import declare
from anlan.core.records.types import Group
from anlan.register.choices import HospitalGrade, Specialty
from anlan.register.models.base import Facility

__all__ = ["BloodStation", "Hospital"]


class Hospital(Facility):
    """A hospital that admits the injured (医院): beds, intensive care, what it can treat."""

    grade = models.CharField(
        _("等级"), max_length=5, choices=HospitalGrade, default=HospitalGrade.UNGRADED
    )
    beds_total = models.PositiveIntegerField(_("床位总数"), default=0)
    beds_free = models.PositiveIntegerField(_("空余床位"), default=0)
    icu_total = models.PositiveIntegerField(_("重症床位总数"), default=0)
    icu_free = models.PositiveIntegerField(_("空余重症床位"), default=0)
    isolation_beds = models.PositiveIntegerField(_("隔离床位"), default=0)
    ventilators = models.PositiveIntegerField(_("呼吸机"), default=0)
    ambulances = models.PositiveIntegerField(_("救护车"), default=0)
    emergency_department = models.BooleanField(_("设急诊"), default=True)
    specialties = CodesField(_("专科能力"), codes=Specialty)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("医院")
        constraints = (
            models.CheckConstraint(
                condition=Q(beds_free__lte=F("beds_total")),
                name="register_hospital_free_within_total",
                violation_error_message=_("空余床位不能多于床位总数"),
            ),
            models.CheckConstraint(
                condition=Q(icu_free__lte=F("icu_total")),
                name="register_hospital_icu_free_within_total",
                violation_error_message=_("空余重症床位不能多于重症床位总数"),
            ),
        )


declare(
    key="hospital",
    model=Hospital,
    group=Group.MEDICAL,
    list_columns=("grade", "beds_total", "beds_free", "icu_free", "specialties"),
    filters=("grade", "specialties", "emergency_department"),
    search=("name", "address"),
    symbol="hospital",
    half_life=timedelta(hours=12),
    sensitive=("contact_phone",),
)


class BloodStation(Facility):
    """A blood centre or depot (采供血机构) and what it holds."""

    stock_a_ml = models.PositiveIntegerField(_("A型库存（mL）"), default=0)
    stock_b_ml = models.PositiveIntegerField(_("B型库存（mL）"), default=0)
    stock_o_ml = models.PositiveIntegerField(_("O型库存（mL）"), default=0)
    stock_ab_ml = models.PositiveIntegerField(_("AB型库存（mL）"), default=0)

    class Meta(Facility.Meta):
        verbose_name = verbose_name_plural = _("采供血机构")


declare(
    key="blood_station",
    model=BloodStation,
    group=Group.MEDICAL,
    list_columns=("stock_a_ml", "stock_b_ml", "stock_o_ml", "stock_ab_ml"),
    search=("name", "address"),
    symbol="blood",
    half_life=timedelta(days=3),
    sensitive=("contact_phone",),
)
