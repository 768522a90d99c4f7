from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from anlan.citypack import CityPack, build_pack

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def jinan_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "jinan"
    build_pack("370100", folder, now=NOW)
    return folder


@pytest.fixture(scope="session")
def jinan(jinan_folder: Path) -> CityPack:
    return CityPack.open(jinan_folder)
