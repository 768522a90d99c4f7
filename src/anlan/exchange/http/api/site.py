"""The API object: its routers, and how what goes wrong is answered. Never with a 500."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import register_converter
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError
from ninja.errors import ValidationError as ShapeError
from ninja.renderers import JSONRenderer

from anlan import __version__
from anlan.command.types import ConflictError, RefusedError
from anlan.core.records.services import RecordInUseError, StaleFormError
from anlan.exchange.http.access import SIGN_IN_FIRST
from anlan.exchange.http.api.access import AUTH
from anlan.exchange.http.api.command import router as command
from anlan.exchange.http.api.records import router as records

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from ninja.openapi.schema import OpenAPISchema

__all__ = ["api"]


class ReadableJSON(JSONRenderer):
    """JSON in which Chinese can be read."""

    json_dumps_params = {"ensure_ascii": False}


class DescribedOnce(NinjaAPI):
    """An API whose description is made once: it takes a second, and strangers may ask for it."""

    _description: OpenAPISchema | None = None

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description; the addresses are those of the first call."""
        if self._description is None:
            self._description = super().get_openapi_schema(
                path_prefix=path_prefix, path_params=path_params
            )
        return self._description


api = DescribedOnce(
    renderer=ReadableJSON(),
    title="安澜 Anlan",
    version=__version__,
    description="应急指挥与资源登记接口。时间为 ISO 8601，坐标为 WGS 84 经纬度。",
    auth=AUTH,
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", command)
api.add_router("/records", records)


class Anything:
    """What is left of an address, line breaks included: Django's `path` stops at one."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    to_url = to_python


register_converter(Anything, "anything")
unknown = Router()
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


@unknown.api_operation(METHODS, "/{anything:rest}", include_in_schema=False)
def nothing(request: HttpRequest, rest: str) -> None:  # noqa: ARG001
    """Answer in JSON where there is no address."""
    raise Http404(rest)


api.add_router("", unknown)  # the last: it matches everything


def _answer(
    request: HttpRequest, status: int, detail: str, problems: list[dict[str, Any]] | None = None
) -> HttpResponse:
    return api.create_response(
        request, {"detail": detail, "problems": problems or []}, status=status
    )


@api.exception_handler(AuthenticationError)
def strangers(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    """Ask for name and password."""
    answer = _answer(request, 401, SIGN_IN_FIRST)
    answer["WWW-Authenticate"] = 'Basic realm="anlan", charset="UTF-8"'
    return answer


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """Name the right that is missing."""
    return _answer(request, 403, str(error))


@api.exception_handler(Http404)
def absent(request: HttpRequest, error: Http404) -> HttpResponse:  # noqa: ARG001 - no hint
    """Give no hint whether it exists for others."""
    return _answer(request, 404, "没有这一条")


@api.exception_handler(ConflictError)
@api.exception_handler(StaleFormError)
@api.exception_handler(RecordInUseError)
def conflict(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say that somebody was faster, or that the thing is in use."""
    return _answer(request, 409, str(error))


@api.exception_handler(RefusedError)
def refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    """Name field, rule and value."""
    problems = [{"field": p.field, "rule": p.rule, "value": p.value} for p in error.problems]
    return _answer(request, 422, str(error), problems)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the fields of a record that do not keep to their rules."""
    problems = [
        {"field": name, "rule": rule}
        for name, rules in error.message_dict.items()
        for rule in rules
    ]
    return _answer(request, 422, "填写内容不符合要求", problems)


@api.exception_handler(ShapeError)
def misshapen(request: HttpRequest, error: ShapeError) -> HttpResponse:
    """Name what does not have the shape that the description asks for."""
    problems = [
        {
            "field": ".".join(map(str, e["loc"])),
            "rule": e["msg"],
            "value": str(e.get("input", ""))[:200],
        }
        for e in error.errors
    ]
    return _answer(request, 422, "请求的格式不符合接口说明", problems)
