"""Rows of a file to checked records and back, on django-import-export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource, modelresource_factory

from anlan.core.choices import Source
from anlan.core.records.widgets import TimeWidget, YesNoWidget, widget_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model

    from anlan.core.records.checks import Checker
    from anlan.core.records.types import RecordType

__all__ = ["RecordResource", "resource_for"]

FILE_LANGUAGE = "zh-hans"
CONFIRMED, SYNTHETIC = "确认时间", "示例数据"


TEXTS = ("name", "code", "plate")
"""Fields by which the records of a batch are looked up: every natural key has one of them."""


class NaturalKeyLoader(BaseInstanceLoader):  # type: ignore[misc]  # the library has no types
    """Finds the records that the rows of one batch mean, with one query."""

    def __init__(self, resource: RecordResource, dataset: Sequence[dict[str, Any]]) -> None:
        super().__init__(resource, dataset)
        names = resource.get_import_id_fields()
        self.keys = [resource.fields[name] for name in names]
        text = next(key for name, key in zip(names, self.keys, strict=True) if name in TEXTS)
        values = {text.clean({text.column_name: None, **row}) for row in dataset}
        model = resource._meta.model
        found = model._default_manager.filter(**{f"{text.attribute}__in": values}).order_by("pk")
        self.found = {self._key_of(row): row for row in found}

    def _key_of(self, row: Model) -> tuple[Any, ...]:
        return tuple(getattr(row, key.attribute) for key in self.keys)

    def get_instance(self, row: dict[str, Any]) -> Model | None:
        try:
            key = tuple(field.clean({field.column_name: None, **row}) for field in self.keys)
        except ValueError:
            return None  # the same cell is complained about when the row is read
        self.resource.key = key
        return self.found.get(key)


class RecordResource(ModelResource):  # type: ignore[misc]  # the library has no types
    """Reads rows into `ready` and checks them; writing is the business of the services."""

    def __init__(self, declared: RecordType, checker: Checker | None = None) -> None:
        super().__init__()
        self.declared, self.checker = declared, checker
        self.import_fields: list[Field] | None = None
        self.ready: list[tuple[Model, bool]] = []
        self.rejected: list[tuple[dict[str, Any], list[tuple[str, str]]]] = []
        self.seen: dict[tuple[Any, ...], int] = {}
        self.key: tuple[Any, ...] | None = None
        self.refuse_existing = False
        self.line = 0

    def read(self, batch: Sequence[dict[str, Any]]) -> None:
        """Check a batch of rows: the good ones join `ready`, the others `rejected`."""
        loader = NaturalKeyLoader(self, batch)
        for row in batch:
            self.line, self.key = row["#"], None
            result = self.import_row(row, loader, row_number=self.line)
            if result.validation_error is not None:
                self.rejected.append((row, self.messages(result.validation_error)))
            elif result.errors:
                raise result.errors[0].error

    def init_instance(self, row: Any = None) -> Model:
        """Return a new record that says it came from a file."""
        record = super().init_instance(row)
        record.source = Source.IMPORT
        return record  # type: ignore[no-any-return]

    def get_import_fields(self) -> list[Field]:
        """Return the fields that files fill, worked out once a file and not once a row."""
        if self.import_fields is None:
            self.import_fields = super().get_import_fields()
        return self.import_fields

    def get_instance(self, instance_loader: Any, row: Any) -> Model | None:
        """Return the record that a row means. A key column that may be empty may be missing."""
        return instance_loader.get_instance(row)  # type: ignore[no-any-return]

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Model, bool]:
        """Return the record that a row means, or a new one; the same row twice is refused."""
        record, new = super().get_or_init_instance(instance_loader, row)
        earlier = self.line if self.key is None else self.seen.setdefault(self.key, self.line)
        if earlier != self.line:
            raise ValidationError(
                {NON_FIELD_ERRORS: [_("与第 %(earlier)s 行重复") % {"earlier": earlier}]}
            )
        if not new and self.refuse_existing:
            raise ValidationError({NON_FIELD_ERRORS: [_("已登记过同一条记录")]})
        return record, new

    def validate_instance(
        self, instance: Model, import_validation_errors: Any = None, **_options: Any
    ) -> None:
        unread = import_validation_errors or {}
        by_name = {self._name_of(attribute): errors for attribute, errors in unread.items()}
        errors = ValidationError(by_name).update_error_dict({}) if by_name else {}
        try:
            if self.checker is not None:
                self.checker.clean(instance, but=frozenset(by_name))
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def _name_of(self, attribute: str) -> str:
        names: dict[str, str] = {f.attribute: name for name, f in self.fields.items()}
        return names[attribute]

    def save_instance(self, instance: Model, is_create: Any, *_row: Any, **_options: Any) -> None:
        """Keep the checked record: writing is the business of the services."""
        self.ready.append((instance, is_create))

    def messages(self, error: ValidationError) -> list[tuple[str, str]]:
        """Return (header, message) for each complaint about a row."""
        found: list[tuple[str, str]] = []
        for name, texts in error.message_dict.items():
            field = self.fields.get(name)
            header = field.column_name if field is not None else ""
            found += [(header, text) for text in texts]
        return found


def resource_for(declared: RecordType, checker: Checker | None = None) -> RecordResource:
    """Return the resource of a type; without a checker it can only export.

    Columns and choices of files are Chinese whoever asks: files go from office to office.
    """
    with override(FILE_LANGUAGE):
        return _resource(declared, checker)


def _resource(declared: RecordType, checker: Checker | None) -> RecordResource:
    columns = {
        field.name: Field(
            attribute=field.attname,
            column_name=str(field.verbose_name),
            widget=widget_for(field),
            default=Source.IMPORT if field.name == "source" else field.get_default,
        )
        for field in declared.fields()
    }
    if declared.has_division:
        # What the platform keeps. Files show both; a person's file cannot set the first.
        columns["confirmed_at"] = Field(
            attribute="confirmed_at", column_name=CONFIRMED, widget=TimeWidget(), default=None
        )
        columns["synthetic"] = Field(
            attribute="synthetic", column_name=SYNTHETIC, widget=YesNoWidget(), default=False
        )
    options = {
        "fields": tuple(columns),
        "import_order": tuple(columns),
        "export_order": tuple(columns),
        "import_id_fields": declared.natural_key,
        "instance_loader_class": NaturalKeyLoader,
        "skip_diff": True,
        "use_transactions": False,
        "store_instance": False,
    }
    made = modelresource_factory(declared.model, RecordResource, options, columns)
    resource: RecordResource = made(declared, checker)
    return resource


def rows_of(resource: RecordResource, records: Iterable[Model]) -> Iterable[Sequence[Any]]:
    """Return the cells of each record, in the order of the headers."""
    fields = resource.get_export_fields()
    for record in records:
        yield [resource.export_field(field, record) for field in fields]
