"""Readers of best tracks: JMA text, CMA text, IBTrACS CSV.

They take the text of a file, not its name, and refuse a line they do not understand by its
number. Winds keep the averaging period of their agency.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from importlib.resources import files

from anlan.science.common.constants import KNOT, NAUTICAL_MILE
from anlan.science.common.refusal import Kind, LineError, RefusalError, Rule, RuleError
from anlan.science.cyclone.track import Fix, Track

__all__ = ["lekima_2019", "read_cma", "read_ibtracs", "read_jma"]

JMA_GRADES = {"2": "TD", "3": "TS", "4": "STS", "5": "TY", "6": "L", "7": "", "9": "TS"}
"""Grades of the JMA format; 6 is an extratropical low. [-]"""

CMA_GRADES = ("", "TD", "TS", "STS", "TY", "STY", "SuperTY")
"""Grades 0 to 6 of the CMA format; 9 is extratropical (confidence M). [-]"""

IBTRACS_MINUTES = {"CMA": 2, "TOKYO": 10, "USA": 1}
"""Averaging period of the winds of each agency in IBTrACS version 4. [min]"""

NO_HEADER = RefusalError(
    "a fix before the first header 66666", zh="第一条表头 66666 之前出现了定位"
)


def lekima_2019() -> Track:
    """Return the best track of typhoon Lekima (利奇马, 1909) by RSMC Tokyo.

    Examples
    --------
    >>> track = lekima_2019()
    >>> len(track.fixes), track.lowest_pressure, round(track.strongest_wind, 1)
    (56, 92500.0, 54.0)
    """
    file = files("anlan.science.cyclone") / "data" / "jma_besttrack_lekima_1909.txt"
    return read_jma(file.read_text(encoding="utf-8"))[0]


def read_jma(text: str) -> tuple[Track, ...]:
    """Return every cyclone of a best-track file of RSMC Tokyo.

    Header `66666 YYNN … NAME …`; then one line a fix in fixed columns: time `YYMMDDHH`, grade,
    latitude and longitude times 10, hPa, knots of the ten-minute mean, radii in nautical miles.
    A wind of 000 means not analysed. Lines that begin with # are comments.

    Parameters
    ----------
    text : str
        The file. [-]
    """
    tracks: list[Track] = []
    head: tuple[str, str] | None = None
    fixes: list[Fix] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("66666"):
            _close(tracks, "JMA", head, fixes)
            head, fixes = (line[6:10].strip(), line[30:50].strip()), []
            continue
        if head is None:
            raise LineError(number, NO_HEADER)
        fixes.append(_parsed(_jma_fix, line, number))
    _close(tracks, "JMA", head, fixes)
    return tuple(tracks)


def read_cma(text: str) -> tuple[Track, ...]:
    """Return every cyclone of a best-track file of the China Meteorological Administration.

    Header `66666 international-number lines serial china-number end interval NAME date`; then
    `YYYYMMDDHH grade lat*10 lon*10 hPa wind`, the wind a two-minute mean in m/s. The format is
    from its description (confidence M).

    Parameters
    ----------
    text : str
        The file, such as CH2019BST.txt. [-]
    """
    tracks: list[Track] = []
    head: tuple[str, str] | None = None
    fixes: list[Fix] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        words = line.split()
        if words[0] == "66666":
            if len(words) < 8:
                raise LineError(
                    number,
                    RefusalError(
                        f"a header needs at least 8 fields, got {line!r}",
                        zh="表头至少要有 8 个字段",
                    ),
                )
            _close(tracks, "CMA", head, fixes)
            head, fixes = (words[1], words[7].upper()), []
            continue
        if head is None:
            raise LineError(number, NO_HEADER)
        fixes.append(_parsed(_cma_fix, line, number))
    _close(tracks, "CMA", head, fixes)
    return tuple(tracks)


def read_ibtracs(text: str, *, agency: str = "CMA") -> tuple[Track, ...]:
    """Return every cyclone of an IBTrACS version 4 CSV that an agency analysed.

    Parameters
    ----------
    text : str
        The file; its second line holds units and is skipped. [-]
    agency : str
        `CMA` (two-minute wind), `TOKYO` (ten) or `USA` (one). [-]
    """
    if agency not in IBTRACS_MINUTES:
        raise RuleError("agency", Rule(Kind.ONE_OF, tuple(IBTRACS_MINUTES)), agency)
    table = csv.DictReader(text.splitlines(), restval="")
    try:
        columns, rows = set(table.fieldnames or ()), list(table)
    except csv.Error as error:
        raise RefusalError(f"the file is no CSV: {error}", zh="不是完整的 CSV 文件") from error
    needed = {"SID", "NAME", "ISO_TIME", *(f"{agency}_{k}" for k in ("LAT", "LON", "WIND", "PRES"))}
    if missing := needed - columns:
        lacking = ", ".join(sorted(missing))
        raise RefusalError(f"the file lacks the columns {lacking}", zh=f"文件缺少列 {lacking}")
    storms: dict[tuple[str, str], list[Fix]] = {}
    for number, row in enumerate(rows, start=2):
        if number == 2 and not row["SID"].strip():
            continue  # the line of units
        if not row[f"{agency}_LAT"].strip():
            continue  # not analysed by this agency
        storms.setdefault((row["SID"], row["NAME"]), []).append(_parsed_row(row, agency, number))
    return tuple(
        Track(agency=agency, number=sid, name=name, fixes=tuple(fixes))
        for (sid, name), fixes in storms.items()
        if len(fixes) > 1
    )


def _close(
    tracks: list[Track], agency: str, head: tuple[str, str] | None, fixes: list[Fix]
) -> None:
    if head is not None:
        number, name = head
        tracks.append(Track(agency=agency, number=number, name=name, fixes=tuple(fixes)))


def _parsed(read, line: str, number: int) -> Fix:  # type: ignore[no-untyped-def]
    try:
        return read(line)  # type: ignore[no-any-return]
    except (ValueError, IndexError, KeyError) as error:
        raise LineError(number, error, line) from error


def _jma_fix(line: str) -> Fix:
    year = int(line[0:2])
    knots = line[33:36].strip()
    return Fix(
        time=datetime(
            1900 + year if year > 50 else 2000 + year,
            int(line[2:4]),
            int(line[4:6]),
            int(line[6:8]),
            tzinfo=UTC,
        ),
        lat=int(line[15:18]) / 10,
        lon=_longitude(int(line[19:23]) / 10),
        pressure=int(line[24:28]) * 100.0,
        wind=int(knots) * KNOT if knots and int(knots) > 0 else None,
        averaging_minutes=10,
        grade=JMA_GRADES[line[13]],
        storm_radius=_jma_radii(line[41:51]),
        gale_radius=_jma_radii(line[52:62]),
    )


def _jma_radii(cell: str) -> tuple[float, float] | None:
    if not cell.strip() or int(cell[1:5]) == 0:
        return None
    return int(cell[1:5]) * NAUTICAL_MILE, int(cell[6:10]) * NAUTICAL_MILE


def _cma_fix(line: str) -> Fix:
    stamp, grade, lat, lon, pressure, wind, *_ = line.split()
    speed = float(wind)
    return Fix(
        time=datetime.strptime(stamp, "%Y%m%d%H").replace(tzinfo=UTC),
        lat=int(lat) / 10,
        lon=_longitude(int(lon) / 10),
        pressure=int(pressure) * 100.0,
        wind=speed if speed > 0 else None,
        averaging_minutes=2,
        grade="L" if grade == "9" else CMA_GRADES[int(grade)],
    )


def _parsed_row(row: dict[str, str], agency: str, number: int) -> Fix:
    def cell(name: str) -> float | None:
        text = row[f"{agency}_{name}"].strip()
        return float(text) if text and float(text) > 0 else None

    try:
        knots, hectopascal = cell("WIND"), cell("PRES")
        return Fix(
            time=datetime.fromisoformat(row["ISO_TIME"].strip()).replace(tzinfo=UTC),
            lat=float(row[f"{agency}_LAT"]),
            lon=_longitude(float(row[f"{agency}_LON"])),
            pressure=None if hectopascal is None else hectopascal * 100.0,
            wind=None if knots is None else knots * KNOT,
            averaging_minutes=IBTRACS_MINUTES[agency],
            grade=row.get("NATURE", "").strip(),
        )
    except ValueError as error:
        raise LineError(number, error) from error


def _longitude(degrees: float) -> float:
    """Bring 0 to 360 into -180 to 180."""
    return degrees - 360.0 if degrees > 180.0 else degrees
