"""Forms of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from anlan.console.forms.fields import DivisionByCodeField
from anlan.core.choices import DivisionLevel, Role
from anlan.core.duties import ADMINISTRATORS
from anlan.core.models import Division, User
from anlan.core.permissions import restrict

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["AccountFilter", "AccountForm", "NewAccountForm", "OwnPasswordForm"]

OPENED_HERE = [(role.value, role.label) for role in Role if role not in ADMINISTRATORS]
FINEST = (
    *(DivisionLevel.PROVINCE, DivisionLevel.CITY),
    *(DivisionLevel.COUNTY, DivisionLevel.TOWNSHIP),
)


def _places(by: User) -> QuerySet[Division]:
    """Return the places in which `by` may open accounts."""
    rows = restrict(Division.objects.filter(level__in=FINEST), by, "account.change", field="code")
    return rows.only("pk", "code", "name").order_by("code")


class AccountForm(forms.Form):
    """Name, role, place: what an account may do, and where."""

    name = forms.CharField(label=_("姓名"), max_length=50)
    role = forms.ChoiceField(label=_("角色"), choices=OPENED_HERE)
    division = DivisionByCodeField(
        label=_("所属行政区划"),
        queryset=Division.objects.none(),
        to_field_name="code",
        help_text=_("看得到这里及以下"),
    )
    reason = forms.CharField(label=_("变更理由"), max_length=300)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["division"]
        if isinstance(place, forms.ModelChoiceField):
            place.queryset = _places(by)


class NewAccountForm(AccountForm):
    """A new account: also the name with which somebody signs in."""

    reason = None  # type: ignore[assignment]  # nothing is changed yet
    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        validators=[ASCIIUsernameValidator()],
        help_text=_("字母、数字和 @ . + - _，登录时使用，以后不能改"),
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off"}),
    )
    field_order = ("username", "name", "role", "division")

    def clean_username(self) -> str:
        """Refuse a name that is taken, also one that differs only by capitals."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("用户名已有人使用，请换一个"))
        return username


class OwnPasswordForm(PasswordChangeForm):
    """The password of one's own account: the old one, and twice another."""

    def clean(self) -> dict[str, Any]:
        """Refuse the password that the account has already."""
        super().clean()
        cleaned = self.cleaned_data
        old, new = cleaned.get("old_password"), cleaned.get("new_password1")
        if old and old == new:
            self.add_error("new_password1", _("新口令与现在的相同，请换一个"))
        return cleaned


class AccountFilter(forms.Form):
    """Which accounts to list."""

    q = forms.CharField(label=_("用户名或姓名"), required=False, max_length=50)
    role = forms.ChoiceField(
        label=_("角色"), required=False, choices=[("", _("全部")), *Role.choices]
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), ("active", _("正常")), ("closed", _("已停用"))],
    )
