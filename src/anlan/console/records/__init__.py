"""Pages of every record type: list, detail, form, import, export. Nothing here knows a type."""
