"""Which entries of the journal to show."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.command.verbs import SENTENCES
from anlan.console.selectors.journal_words import AREAS, WORDS, subject_types

__all__ = ["JournalFilter"]

CLOCK = {"type": "datetime-local"}


def _verbs() -> list[tuple[str, Any]]:
    """Return the areas, and under each its verbs."""
    verbs = sorted({*SENTENCES, *WORDS, "account.changed"})
    groups: list[tuple[str, Any]] = [("", _("全部"))]
    for area, label in AREAS.items():
        own = [(verb, verb) for verb in verbs if verb.startswith(f"{area}.")]
        groups.append((str(label), [(area, f"{label}：全部"), *own]))
    return groups


def _subjects() -> list[tuple[str, Any]]:
    return [("", _("全部")), *sorted(subject_types().items(), key=lambda pair: pair[1])]


class JournalFilter(forms.Form):
    """Time, person, verb, subject, lane; all may be left out."""

    since = forms.DateTimeField(
        label=_("从"), required=False, widget=forms.DateTimeInput(attrs=CLOCK)
    )
    until = forms.DateTimeField(
        label=_("到"), required=False, widget=forms.DateTimeInput(attrs=CLOCK)
    )
    who = forms.CharField(label=_("操作人（用户名或姓名）"), required=False, max_length=150)
    verb = forms.ChoiceField(label=_("动作"), required=False, choices=_verbs)
    subject_type = forms.ChoiceField(label=_("对象类型"), required=False, choices=_subjects)
    subject_id = forms.CharField(label=_("对象编号"), required=False, max_length=40)
    lane = forms.ChoiceField(
        label=_("通道"),
        required=False,
        choices=[("", _("全部")), ("actual", _("实战")), ("exercise", _("演练"))],
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        held = super().clean() or {}
        since, until = held.get("since"), held.get("until")
        if since is not None and until is not None and until <= since:
            self.add_error("until", _("结束时间应晚于开始时间"))
        return held
