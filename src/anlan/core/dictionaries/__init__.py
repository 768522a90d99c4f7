"""The norm tables: typed rows with their source and their confidence, and what places changed.

`table()` reads the rows as they were published and needs no database, so rules may use it.
`anlan.core.dictionaries.selectors` gives the rows in force in one place.
"""

from anlan.core.dictionaries.event_codes import (
    EventCode,
    event_code,
    event_codes,
    event_name,
    search_event_codes,
)
from anlan.core.dictionaries.tables import Row, UnknownTableError, row_of, table, table_names

__all__ = [
    "EventCode",
    "Row",
    "UnknownTableError",
    "event_code",
    "event_codes",
    "event_name",
    "row_of",
    "search_event_codes",
    "table",
    "table_names",
]
