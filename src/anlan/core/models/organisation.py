"""Whom we call: organisations, their posts, and the people who hold them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.models.record import LocatedRecord, Record

__all__ = ["Person", "Post", "Unit"]


class Unit(LocatedRecord):
    """An organisation: a bureau, a brigade, a township government, a company (单位)."""

    kind = models.CharField(_("单位类别"), max_length=40, blank=True)
    duty_phone = models.CharField(_("值班电话"), max_length=30, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级单位"),
    )

    class Meta(LocatedRecord.Meta):
        verbose_name = verbose_name_plural = _("单位")


class Post(Record):
    """A post that plans give tasks to (岗位), named by the code the plans use."""

    code = models.CharField(_("岗位代码"), max_length=40, db_index=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="posts", verbose_name=_("单位")
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = _("岗位")
        constraints = (
            models.UniqueConstraint(
                fields=("code", "division"), name="core_post_unique_code_in_division"
            ),
        )


class Person(Record):
    """Somebody whom duty officers call (联系人)."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="people", verbose_name=_("单位")
    )
    post = models.ForeignKey(
        Post,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("岗位"),
    )
    phone = models.CharField(_("手机"), max_length=30, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    on_duty = models.BooleanField(_("当前值班"), default=False)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = _("联系人")
