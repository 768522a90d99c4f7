"""Writes of records: one by one, confirmations, whole files."""

from anlan.core.records.services.imports import (
    JOB,
    error_file,
    import_abandon,
    import_begin,
    import_run,
    import_take,
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
    "JOB",
    "BadRowsError",
    "RecordInUseError",
    "StaleFormError",
    "error_file",
    "export_note",
    "import_abandon",
    "import_begin",
    "import_run",
    "import_take",
    "record_change",
    "record_create",
    "record_delete",
    "records_confirm",
    "records_load",
]
