"""The form that takes a plan text, as a file or pasted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.plans.rules.loading import MAX_BYTES

__all__ = ["PlanForm"]


class PlanForm(forms.Form):
    """A file or a text; a file goes before what stands in the field."""

    file = forms.FileField(
        label=_("预案文件"),
        required=False,
        widget=forms.FileInput({"accept": ".toml,.txt"}),
        help_text=_("UTF-8 文本（.toml），不超过 1 MB"),
    )
    text = forms.CharField(
        label=_("或粘贴预案文本"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "wrap": "off"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before anybody reads it."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > MAX_BYTES:
            raise forms.ValidationError(_("文件超过 1 MB。预案是给人读的文本，请检查是否选错文件"))
        return file

    def clean(self) -> dict[str, Any]:
        """Return the text and the name of its file, with the line ends of a plan."""
        held = super().clean() or {}
        file = held.get("file")
        if file is not None:
            try:
                held["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("不是 UTF-8 文本：请用文本编辑器另存为 UTF-8"))
                return held
        held["file_name"] = "" if file is None else file.name[:200]
        held["text"] = held.get("text", "").replace("\r\n", "\n")
        if not self.errors and not held["text"].strip():
            self.add_error("file", _("请选择文件，或粘贴预案文本"))
        return held
