"""Fields that more than one form of the console has."""

from __future__ import annotations

from typing import Any

from django import forms

__all__ = ["DivisionByCodeField"]


class DivisionByCodeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A division by its code, named so that two of the same name are told apart."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.code}）"
