from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.test import override_settings

from anlan.frontend.collect import collect_static_files

if TYPE_CHECKING:
    from pathlib import Path


def test_files_are_collected_compressed_and_only_when_something_changed(tmp_path: Path) -> None:
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "anlan.frontend.storage.HashedOwnFilesStorage"}
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        assert collect_static_files()
        assert not collect_static_files()
        (tmp_path / ".collected").write_text("another")
        assert collect_static_files()
    names = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert "maplibre-gl.mjs.gz" in names
    assert any(name.startswith("staticfiles") for name in names)
