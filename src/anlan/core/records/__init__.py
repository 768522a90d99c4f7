"""One declaration per record type: from it come form, list, detail, import, export, search, API.

Read in this order: `types` (what a declaration says), `registry` (who declared what), then
`forms`, `filters`, `exchange` (files in and out), `selectors` and `services`.
"""
