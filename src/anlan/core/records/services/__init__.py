"""Writes of records: one by one, confirmations, whole files."""

from anlan.core.records.services.imports import (
    error_file,
    import_abandon,
    import_begin,
    import_run,
)
from anlan.core.records.services.loading import BadRowsError, records_load
from anlan.core.records.services.single import (
    RecordInUseError,
    StaleFormError,
    export_note,
    record_change,
    record_create,
    record_delete,
    records_confirm,
)

__all__ = [
    "BadRowsError",
    "RecordInUseError",
    "StaleFormError",
    "error_file",
    "export_note",
    "import_abandon",
    "import_begin",
    "import_run",
    "record_change",
    "record_create",
    "record_delete",
    "records_confirm",
    "records_load",
]
