"""Which type and which record an address means, for this account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from anlan.console.access import account
from anlan.core.permissions import may, require
from anlan.core.records.registry import UnknownRecordTypeError, record_type
from anlan.core.records.selectors import records_visible_to

if TYPE_CHECKING:
    from django.http import HttpRequest

    from anlan.core.models import User
    from anlan.core.records.types import RecordType

__all__ = ["one_of", "rights_on", "type_of"]

VERBS = ("change", "import", "export", "confirm")


def type_of(request: HttpRequest, key: str, verb: str) -> RecordType:
    """Return the type named in the address, for an account that may do `verb` with it."""
    try:
        declared = record_type(key)
    except UnknownRecordTypeError as error:
        raise Http404(str(error)) from error
    require(request.user, declared.action(verb))
    if declared.read_only and verb in {"change", "import", "confirm"}:
        raise Http404(f"{declared.label}随城市数据包更新，不能在此修改")
    return declared


def one_of(declared: RecordType, request: HttpRequest, pk: int, verb: str) -> Any:
    """Return one record; those of other divisions do not exist for this account."""
    return get_object_or_404(records_visible_to(declared, account(request), verb), pk=pk)


def rights_on(declared: RecordType, user: User) -> dict[str, bool]:
    """Return which buttons to show."""
    rights = {f"may_{verb}": may(user, declared.action(verb)) for verb in VERBS}
    if declared.read_only:
        rights |= {"may_change": False, "may_import": False, "may_confirm": False}
    return rights
