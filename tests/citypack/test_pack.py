from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from anlan.citypack import CityPack, NotAPack, UnknownCode, build_pack, write_pack
from kit.shared import shared_data

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, shapely.Geometry):
        return bool(shapely.equals_exact(one, other))
    if dataclasses.is_dataclass(one):
        return all(
            same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one)
        )
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def test_the_same_seed_gives_the_same_bytes(jinan_folder: Path, tmp_path: Path) -> None:
    build_pack("370100", tmp_path / "again", now=NOW)
    assert files_of(tmp_path / "again") == files_of(jinan_folder)


def test_another_seed_gives_other_people_and_the_same_totals(
    jinan: CityPack, tmp_path: Path
) -> None:
    build_pack("370100", tmp_path / "other", now=NOW, seed=5)
    other = CityPack.open(tmp_path / "other")
    assert other.population.total == jinan.population.total
    assert not np.array_equal(other.population.people, jinan.population.people)


def test_a_pack_survives_reading_and_writing(jinan_folder: Path, tmp_path: Path) -> None:
    contents = CityPack.open(jinan_folder).contents()
    write_pack(tmp_path / "copy", contents)
    assert files_of(tmp_path / "copy") == files_of(jinan_folder)
    assert same(CityPack.open(tmp_path / "copy").contents(), contents)


def test_a_pack_says_what_is_synthetic_and_whence_the_rest(jinan: CityPack) -> None:
    assert set(jinan.info.synthetic) >= {"population", "roads", "rivers"}
    assert "普查" in jinan.info.sources["population"]
    assert jinan.info.built_at == NOW
    assert jinan.info.population == 9_202_432


def test_an_interrupted_build_leaves_the_old_pack(
    jinan_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = CityPack.open(jinan_folder).contents()
    write_pack(tmp_path / "city", contents)
    before = files_of(tmp_path / "city")

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez_compressed", fail)
    with pytest.raises(KeyboardInterrupt):
        write_pack(tmp_path / "city", contents)
    assert files_of(tmp_path / "city") == before
    assert [p.name for p in tmp_path.iterdir()] == ["city"]


def test_a_terrain_that_a_bureau_put_in_outlives_a_new_build_and_is_exported(
    jinan_folder: Path, tmp_path: Path
) -> None:
    contents = CityPack.open(jinan_folder).contents()
    write_pack(tmp_path / "city", contents)
    (tmp_path / "city" / "terrain.tif").write_bytes(b"heights")
    write_pack(tmp_path / "city", contents)
    write_pack(tmp_path / "exported", CityPack.open(tmp_path / "city").contents())
    for folder in ("city", "exported"):
        assert (tmp_path / folder / "terrain.tif").read_bytes() == b"heights"


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path, jinan: CityPack) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(NotAPack, match="不会覆盖"):
        write_pack(tmp_path, jinan.contents())
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_an_unknown_code_builds_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnknownCode):
        build_pack("123456", tmp_path / "city", now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "format = 1\n", "format = ", 'format = 1\ncode = "370100"\n'])
def test_a_broken_city_toml_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "city.toml").write_text(text)
    with pytest.raises(NotAPack, match=r"city\.toml"):
        CityPack.open(tmp_path)


def test_a_newer_format_is_refused(tmp_path: Path, jinan_folder: Path) -> None:
    text = (jinan_folder / "city.toml").read_text(encoding="utf-8")
    (tmp_path / "city.toml").write_text(text.replace("format = 1", "format = 2"), encoding="utf-8")
    with pytest.raises(NotAPack, match="格式版本是 2"):
        CityPack.open(tmp_path)


def test_a_folder_without_city_toml_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(NotAPack, match="anlan city build"):
        CityPack.open(tmp_path)


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        build_pack("370100", tmp_path / "city", now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_progress_counts_up_to_one(tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    build_pack(
        "441900",
        tmp_path / "city",
        now=NOW,
        progress=lambda words, done: seen.append((words, done)),
    )
    shares = [done for _, done in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(words for words, _ in seen)


def test_a_pack_takes_its_roads_from_an_extract(tmp_path: Path) -> None:
    report = build_pack(
        "370100",
        tmp_path / "city",
        now=NOW,
        osm=shared_data("osm", "liechtenstein-latest.osm.pbf"),
    )
    assert (report.nodes, report.edges) == (3_410, 7_595)
    assert "ODbL" in report.info.sources["roads"]
    assert "roads" not in report.info.synthetic
    assert any("不在济南市范围内" in note for note in report.notes)
