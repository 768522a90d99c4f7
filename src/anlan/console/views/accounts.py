"""Accounts: the security administrator's list, and everybody's own password."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from anlan.console.access import account, page
from anlan.console.answers import CONFLICT, page_of, reason_given
from anlan.console.forms.account import AccountFilter, AccountForm, NewAccountForm, OwnPasswordForm
from anlan.console.selectors.accounts import account_page, accounts_listed, accounts_visible_to
from anlan.core.services import (
    AccountRefusedError,
    account_change,
    account_close,
    account_open,
    account_reopen,
    own_password_set,
    password_reset,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from anlan.core.models import User

__all__ = ["change", "close", "detail", "listing", "opening", "own_password", "password", "reopen"]

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper."""


def _new_password() -> str:
    """Return sixteen characters in fours, some 79 bits: shown once, typed once, then changed."""
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(4)) for _m in range(4))


@page("account.view")
def listing(request: HttpRequest) -> HttpResponse:
    """List the accounts of one's own place and below."""
    form = AccountFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = accounts_listed(account(request), **chosen)
    context = {
        "form": form,
        "page": page_of(request, rows),
        "narrowed": any(chosen.values()),
    }
    return render(request, "console/accounts.html", context)


@page("account.change", methods=("GET", "HEAD", "POST"))
def opening(request: HttpRequest) -> HttpResponse:
    """Open an account with a password that is shown once."""
    user = account(request)
    posted = request.method == "POST"
    form = NewAccountForm(request.POST if posted else None, by=user)
    if posted and form.is_valid():
        given = _new_password()
        try:
            opened = account_open(**form.cleaned_data, password=given, by=user, now=timezone.now())
        except AccountRefusedError as refused:
            form.add_error(None, str(refused))
        except IntegrityError:  # somebody was faster
            form.add_error("username", _("用户名已有人使用，请换一个"))
        else:
            return _show_password(request, opened, given)
    status = 400 if posted else 200
    return render(request, "console/account_new.html", {"form": form}, status=status)


@page("account.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an account: what it may, when it was used, what was done with it."""
    return _show(request, _target(request, pk))


@page("account.change", methods=("POST",))
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, role or place."""
    target, user = _target(request, pk), account(request)
    form = AccountForm(request.POST, by=user)
    if not form.is_valid():
        return _show(request, target, form=form, status=400)
    try:
        account_change(account=target, **form.cleaned_data, by=user, now=timezone.now())
    except AccountRefusedError as refused:
        return _show(request, target, form=form, error=str(refused), status=CONFLICT)
    messages.success(request, _("已更改，立即生效；此人打开的页面下一步起按新权限。"))
    return redirect("console:account", pk)


@page("account.change", methods=("POST",))
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    return _act(request, pk, account_close, _("已停用。账号保留，因为日志里有它。"))


@page("account.change", methods=("POST",))
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    return _act(request, pk, account_reopen, _("已重新启用，口令不变。"))


@page("account.change", methods=("POST",))
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a new password, shown once."""
    target, given = _target(request, pk), _new_password()
    try:
        password_reset(
            account=target,
            password=given,
            reason=reason_given(request),
            by=account(request),
            now=timezone.now(),
        )
    except AccountRefusedError as refused:
        return _show(request, target, error=str(refused), status=CONFLICT)
    return _show_password(request, target, given)


@sensitive_post_parameters()
@page(None, methods=("GET", "HEAD", "POST"))
def own_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the old one is asked for. Other sessions of the account end."""
    user = account(request)
    posted = request.method == "POST"
    form = OwnPasswordForm(user, request.POST if posted else None)
    if posted and form.is_valid():
        own_password_set(
            account=user, password=form.cleaned_data["new_password1"], now=timezone.now()
        )
        update_session_auth_hash(request, user)
        messages.success(request, _("口令已更改。其他地方的登录已失效。"))
        return redirect("console:desk")
    status = 400 if posted else 200
    return render(request, "console/own_password.html", {"form": form}, status=status)


def _target(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(accounts_visible_to(account(request)), pk=pk)


def _act(request: HttpRequest, pk: int, act: Callable[..., None], said: str) -> HttpResponse:
    target = _target(request, pk)
    try:
        act(account=target, reason=reason_given(request), by=account(request), now=timezone.now())
    except AccountRefusedError as refused:
        return _show(request, target, error=str(refused), status=CONFLICT)
    messages.success(request, said)
    return redirect("console:account", pk)


def _show(
    request: HttpRequest,
    target: User,
    *,
    form: AccountForm | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    user = account(request)
    initial: dict[str, Any] = {
        "name": target.first_name,
        "role": target.role,
        "division": target.division_id,
    }
    context = {
        "target": target,
        "form": form or AccountForm(initial=initial, by=user),
        "error": error,
        **account_page(target, user),
    }
    return render(request, "console/account.html", context, status=status)


@never_cache
def _show_password(request: HttpRequest, target: User, given: str) -> HttpResponse:
    context = {"target": target, "given": given}
    return render(request, "console/account_password.html", context)
