"""The response package: one engine for every hazard. Pure: facts in, parts with reasons out.

`inputs` says what the engine must know, `contents` what each part holds, `hazards` what is
particular to a hazard, `steps` how each part comes about, `build` in which order. Reading the
database is the selectors' work, storing and deciding the services'.
"""
