"""What every command needs before Django starts."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["ensure_secret_key", "example_file", "prepare", "start_django"]


def prepare() -> None:
    """Name the settings and make the data folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.config.settings")
    data_folder().mkdir(parents=True, exist_ok=True)


def data_folder() -> Path:
    """Return the folder that holds database, city pack and key."""
    return Path(os.environ.get("ANLAN_VAR", "var")).resolve()


def example_file(name: str) -> Path:
    """Return one of the example reports: packed in the wheel, else those of the checkout."""
    packed = Path(__file__).parents[1] / "examples"
    return (packed if packed.is_dir() else Path(__file__).parents[3] / "examples") / name


def ensure_secret_key() -> None:
    """Make a key on the first start of an embedded installation, readable by its owner alone."""
    if os.environ.get("ANLAN_SECRET_KEY"):
        return
    file = data_folder() / "secret.key"
    if not file.exists():
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(secrets.token_urlsafe(50))


def start_django() -> None:
    """Load the settings and all rooms."""
    import django

    django.setup()
