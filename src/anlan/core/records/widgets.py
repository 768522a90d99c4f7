"""Cells of a file and values of a model, both ways, in the words people use."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import shapely
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from anlan.core.geometry import GeometryField, PointField, to_geometry
from anlan.core.models import Division
from anlan.core.records.fields import CodesField
from anlan.core.rules import full_code, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["widget_for"]

YES, NO = "是", "否"
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
TIMES = ("%H:%M:%S", "%H:%M")


class Cell(Widget):  # type: ignore[misc]  # the library has no types
    """A widget of django-import-export, in two plain words: `read` and `show`."""

    def __init__(self) -> None:
        super().__init__(coerce_to_string=False)

    def clean(self, value: Any, row: Any = None, **_options: Any) -> Any:  # noqa: ARG002
        """Return the value of the model for what stands in the file."""
        return self.read(value)

    def render(self, value: Any, obj: Any = None, **_options: Any) -> Any:  # noqa: ARG002
        """Return what stands in the file for a value of the model."""
        return self.show(value)

    def hint(self) -> str:
        """Return how the cell is filled in, for the sheet of explanations."""
        return _("文字")

    def read(self, value: Any) -> Any:
        return value

    def show(self, value: Any) -> Any:
        return value


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Excel keeps telephone numbers and codes as floats
    return "" if value is None else str(value).strip()


class TextWidget(Cell):
    """Text, with the blanks around it taken away."""

    def read(self, value: Any) -> str:
        return _text(value)

    def show(self, value: Any) -> Any:
        return "" if value is None else value


class NumberWidget(Cell):
    """A number; whole numbers only where the field holds them."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self.whole = whole

    def hint(self) -> str:
        return _("整数") if self.whole else _("数字")

    def read(self, value: Any) -> float | int | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            number = float(str(value).strip().replace(",", "").replace("，", ""))
        except ValueError:
            raise ValueError(_("应填数字，填写的是“%(value)s”") % {"value": value}) from None
        if not math.isfinite(number):
            raise ValueError(_("应填有限的数字，填写的是“%(value)s”") % {"value": value})
        if not self.whole:
            return number
        if not number.is_integer():
            raise ValueError(_("应填整数，填写的是“%(value)s”") % {"value": value})
        return int(number)

    def show(self, value: Any) -> Any:
        return value


class ChoiceWidget(Cell):
    """One of the choices, by its Chinese label or its code."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        super().__init__()
        self.labels = dict(labels)
        self.codes = {label: code for code, label in self.labels.items()}

    def code(self, text: str) -> str:
        """Return the code that `text` names."""
        if text in self.labels:
            return text
        if text not in self.codes:
            raise ValueError(
                _("“%(text)s”不在可选范围内：%(list)s")
                % {"text": text, "list": "、".join(self.codes)}
            )
        return self.codes[text]

    def hint(self) -> str:
        return _("可选：%(list)s") % {"list": "、".join(self.codes)}

    def read(self, value: Any) -> str | None:
        text = "" if value is None else str(value).strip()
        return self.code(text) if text else None

    def show(self, value: Any) -> str:
        return self.labels.get(value, value or "")


class CodesWidget(ChoiceWidget):
    """Several of the choices: `化学处置、洗消`."""

    def hint(self) -> str:
        return _("可多选，用顿号隔开：%(list)s") % {"list": "、".join(self.codes)}

    def read(self, value: Any) -> Any:
        text = "" if value is None else str(value)
        for mark in "，,；;/|\n":
            text = text.replace(mark, "、")
        return tuple(self.code(part.strip()) for part in text.split("、") if part.strip())

    def show(self, value: Any) -> str:
        return "、".join(self.labels.get(code, code) for code in value or ())


class YesNoWidget(Cell):
    """是 or 否."""

    WORDS = {
        **dict.fromkeys((YES, "true", "1", "y", "yes", "√"), True),
        **dict.fromkeys((NO, "false", "0", "n", "no", "×"), False),
    }

    def hint(self) -> str:
        return _("是 或 否")

    def read(self, value: Any) -> bool | None:
        text = "" if value is None else str(value).strip().lower()
        if not text:
            return None
        if text not in self.WORDS:
            raise ValueError(_("应填“是”或“否”，填写的是“%(value)s”") % {"value": value})
        return self.WORDS[text]

    def show(self, value: Any) -> str:
        return "" if value is None else (YES if value else NO)


class DateWidget(Cell):
    """A day, as Excel or people write it."""

    def hint(self) -> str:
        return _("日期，如 2026-03-01")

    def read(self, value: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date) or value in (None, ""):
            return value or None
        for form in DATES:
            try:
                return datetime.strptime(str(value).strip(), form).date()  # noqa: DTZ007 - a day
            except ValueError:
                continue
        raise ValueError(_("应填日期（如 2026-03-01），填写的是“%(value)s”") % {"value": value})

    def show(self, value: Any) -> Any:
        return "" if value is None else value


class TimeWidget(Cell):
    """A moment in local time."""

    def hint(self) -> str:
        return _("时间，如 2026-03-01 08:30")

    def read(self, value: Any) -> datetime | None:
        if value in (None, ""):
            return None
        moment = value if isinstance(value, datetime) else self._parsed(str(value).strip())
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    @staticmethod
    def _parsed(text: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
        for form in (f"{day} {time}" for day in DATES for time in TIMES):
            try:
                return datetime.strptime(text, form)  # noqa: DTZ007 - made aware by clean()
            except ValueError:
                continue
        raise ValueError(_("应填时间（如 2026-03-01 08:30），填写的是“%(text)s”") % {"text": text})

    def show(self, value: Any) -> str:
        return "" if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")


class GeometryWidget(Cell):
    """A geometry as text; points travel as two columns and arrive here as a pair."""

    def hint(self) -> str:
        return _("WKT，如 LINESTRING(117.1 36.6, 117.2 36.7)")

    def read(self, value: Any) -> Any:
        if isinstance(value, ValueError):
            raise value
        try:
            return to_geometry(value) if value not in (None, "") else None
        except (TypeError, ValueError, shapely.errors.ShapelyError):
            raise ValueError(
                _("不是有效的 WKT 或 GeoJSON：“%(value)s”") % {"value": str(value)[:60]}
            ) from None

    def show(self, value: Any) -> Any:
        return value


class DivisionWidget(Cell):
    """A division by its code, or by its name where only one place has it."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, list[str]] | None = None
        self.codes: set[str] = set()

    def _load(self) -> dict[str, list[str]]:
        if self.names is None:
            self.names = {}
            for code, name in Division.objects.order_by().values_list("code", "name"):
                self.names.setdefault(name, []).append(code)
                self.codes.add(code)
        return self.names

    def hint(self) -> str:
        return _("统计用区划代码或名称")

    def read(self, value: Any) -> str | None:
        text = _text(value)
        if not text:
            return None
        found = self._load().get(text, [])
        if len(found) > 1:
            raise ValueError(
                _("有 %(count)s 个行政区划叫“%(text)s”，请填统计用区划代码")
                % {"count": len(found), "text": text}
            )
        if found:
            return found[0]
        try:
            code = full_code(text)
        except ValueError:
            raise ValueError(
                _("没有名为“%(text)s”的行政区划，请填统计用区划代码") % {"text": text}
            ) from None
        if code not in self.codes:
            raise ValueError(_("没有代码为“%(text)s”的行政区划") % {"text": text})
        return code

    def show(self, value: Any) -> str:
        return value or ""


class ReferenceWidget(Cell):
    """Another record by its name; `名称#编号` where several have that name."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__()
        self.model = model
        self.names: dict[str, list[int]] | None = None
        self.words: dict[int, str] = {}

    def _load(self) -> dict[str, list[int]]:
        if self.names is None:
            self.names = {}
            for pk, name in self.model._default_manager.order_by().values_list("pk", "name"):
                self.names.setdefault(name, []).append(pk)
            for name, keys in self.names.items():
                alone = len(keys) == 1
                self.words |= {pk: name if alone else f"{name}#{pk}" for pk in keys}
        return self.names

    def hint(self) -> str:
        return _("已登记的%(kind)s的名称") % {"kind": self.model._meta.verbose_name}

    def read(self, value: Any) -> int | None:
        text = _text(value)
        if not text:
            return None
        found = self._load().get(text, [])
        if len(found) == 1:
            return found[0]
        kind = self.model._meta.verbose_name
        if found:
            raise ValueError(
                _("有 %(count)s 个%(kind)s叫“%(text)s”，请写成“%(text)s#编号”")
                % {"count": len(found), "kind": kind, "text": text}
            )
        name, _mark, number = text.rpartition("#")
        key = whole_number(number)
        if key is not None and key in self._load().get(name, []):
            return key
        raise ValueError(_("没有名为“%(text)s”的%(kind)s，请先登记") % {"text": text, "kind": kind})

    def show(self, value: Any) -> str:
        self._load()
        return self.words.get(value, "")


def widget_for(field: models.Field[Any, Any]) -> Widget:
    """Return the widget that reads and writes `field` in files."""
    if isinstance(field, CodesField):
        return CodesWidget(field.labels())
    if isinstance(field, models.ForeignKey):
        target = field.related_model
        return DivisionWidget() if target is Division else ReferenceWidget(target)
    if field.choices:
        return ChoiceWidget({str(code): str(label) for code, label in field.flatchoices})
    if isinstance(field, (GeometryField, PointField)):
        return GeometryWidget()
    by_class: tuple[tuple[type[models.Field[Any, Any]], Widget], ...] = (
        (models.BooleanField, YesNoWidget()),
        (models.DateTimeField, TimeWidget()),
        (models.DateField, DateWidget()),
        (models.IntegerField, NumberWidget(whole=True)),
        (models.FloatField, NumberWidget(whole=False)),
    )
    return next((w for kind, w in by_class if isinstance(field, kind)), TextWidget())
