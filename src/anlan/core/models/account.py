"""Who may log in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.core.choices import Role

__all__ = ["User"]


class User(AbstractUser):
    """An account. Without a division it sees nothing; its one role says what it may do."""

    division = models.ForeignKey(
        "core.Division",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("所属行政区划"),
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role, default=Role.VIEWER)
    person = models.OneToOneField(
        "core.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="user",
        verbose_name=_("联系人"),
    )
    must_choose_password = models.BooleanField(_("须换口令"), default=False)
    """Somebody else knows the password: the account opens nothing until its person has changed it."""

    class Meta:
        ordering = ("username",)
        verbose_name = verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.get_full_name() or self.username
