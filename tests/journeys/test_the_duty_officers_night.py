"""The whole story on a fresh installation, through the commands that a newcomer types.

One process runs them in order: the demonstration is built once.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from journeys.conftest import Installation

PARTS = {
    *("forecast", "exposure", "level", "tasks", "units", "hospitals", "shelters", "supplies"),
    *("closures", "warning", "report"),
}


def test_every_step_of_the_story_holds(demonstration: tuple[Installation, str]) -> None:
    summary = json.loads(demonstration[1])
    assert summary["ok"], summary
    found = {step["step"]: step["found"] for step in summary["steps"]}
    assert found["城市与账号"]["counties"] == 12
    assert set(found["生成处置方案"]["parts"]) == PARTS
    assert found["下达命令与回执"]["receipts"] == 2
    assert {change["key"] for change in found["续报、终报、结束"]["changes"]} >= {
        "deaths",
        "injured",
    }
    assert found["演练通道"]["messages_held"] > 0


def test_the_journal_of_the_night_is_whole(demonstration: tuple[Installation, str]) -> None:
    said = json.loads(demonstration[0].anlan("journal", "verify", "--json"))
    assert said["entries"] > 50
    assert said["first_bad"] is None


def test_a_changed_entry_is_found_by_the_command(
    demonstration: tuple[Installation, str], tmp_path: Path
) -> None:
    installation = demonstration[0]
    copy = type(installation)(tmp_path / "var")
    shutil.copytree(installation.var, copy.var)
    with sqlite3.connect(copy.var / "anlan.sqlite3") as database:
        database.execute("UPDATE core_journalentry SET payload = '{}' WHERE seq = 20")
    database.close()
    assert "第 20 条" in copy.anlan("journal", "verify", code=1)


def test_a_city_goes_out_and_comes_back_without_loss(
    demonstration: tuple[Installation, str], tmp_path: Path
) -> None:
    from anlan.citypack import CityPack

    installation = demonstration[0]
    installation.anlan("city", "export", str(tmp_path / "out"))
    before, after = CityPack.open(installation.var / "city"), CityPack.open(tmp_path / "out")
    assert after.record_keys == before.record_keys
    for key in before.record_keys:
        theirs = {_name(row): _told(row) for row in after.records(key)}
        assert theirs == {_name(row): _told(row) for row in before.records(key)}, key
    assert [d.code for d in after.divisions] == [d.code for d in before.divisions]
    assert (after.population.people == before.population.people).all()
    assert (after.roads.edge_to == before.roads.edge_to).all()


def _name(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(part)) for part in ("division", "name", "item", "warehouse"))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a record says. A unit's status is left out: the night sent units on their way."""
    return {
        name: value.wkt if hasattr(value, "wkt") else value
        for name, value in row.items()
        if value not in (None, "", [], ()) and name != "status"
    }


def test_a_report_file_becomes_a_package(demonstration: tuple[Installation, str]) -> None:
    installation = demonstration[0]
    answer = json.loads(installation.anlan("respond", "examples/ammonia.toml", "--json"))
    assert answer
    text = installation.anlan("respond", "examples/ammonia.toml")
    assert "AEGL" in text
    assert "示例" in text


def test_the_typhoon_becomes_a_package(demonstration: tuple[Installation, str]) -> None:
    text = demonstration[0].anlan("respond", "examples/typhoon.toml")
    assert "章丘区" in text
    assert "预警" in text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("event_code = ", "TOML"),
        ('event_code = "99999"\ntext="x"\nlongitude=117.5\nlatitude=36.7', "99999"),
        ('event_code = "12A04"\ntext="x"\nlongitude=10.0\nlatitude=36.7', "坐标"),
    ],
)
def test_a_bad_report_file_names_what_is_wrong(
    demonstration: tuple[Installation, str], tmp_path: Path, text: str, named: str
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    assert named in demonstration[0].anlan("respond", str(file), code=1)


def test_the_doctor_finds_the_installation_healthy(
    demonstration: tuple[Installation, str],
) -> None:
    findings = json.loads(demonstration[0].anlan("doctor", "--json"))
    assert {f["name"] for f in findings} >= {"Python", "数据库完整性", "操作日志"}
    assert all(finding["ok"] for finding in findings)


def test_the_models_are_listed_with_their_proof(demonstration: tuple[Installation, str]) -> None:
    cards = json.loads(demonstration[0].anlan("models", "--json"))
    assert all(card["references"] and card["inputs"] for card in cards)
    assert any(card["status"] == "validated" for card in cards)
