"""The form that begins an exercise."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.drills.choices import ExerciseKind

__all__ = ["ExerciseForm"]


class ExerciseForm(forms.Form):
    """What is practised."""

    title = forms.CharField(label=_("演练名称"), max_length=100)
    kind = forms.ChoiceField(label=_("演练类型"), choices=ExerciseKind.choices)
    aim = forms.CharField(
        label=_("演练目的"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
