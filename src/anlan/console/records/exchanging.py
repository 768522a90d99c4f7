"""Pages of files: import with its result, template, export."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.console.access import account, page
from anlan.console.records.access import type_of
from anlan.core.models import RecordImport
from anlan.core.records.files import DATUM_LABELS, LIMITS
from anlan.core.records.filters import filter_for
from anlan.core.records.registry import record_type
from anlan.core.records.resources import resource_for
from anlan.core.records.selectors import records_visible_to
from anlan.core.records.services import error_file, export_note, import_take
from anlan.core.records.tables import FORMATS, export_table, write_template

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["export", "import_errors", "import_new", "import_result", "template"]


class ImportForm(forms.Form):
    """Which file, and what to do with it."""

    file = forms.FileField(
        label=_("文件"),
        widget=forms.FileInput({"accept": ".xlsx,.csv,.geojson,.json"}),
        help_text=_("Excel（xlsx）、CSV 或 GeoJSON，不超过 50 MB、10 万行"),
    )
    mode = forms.ChoiceField(
        label=_("有错误时"),
        choices=RecordImport.Mode.choices,
        initial=RecordImport.Mode.ALL,
        widget=forms.RadioSelect,
    )
    refuse_existing = forms.TypedChoiceField(
        label=_("已登记的记录"),
        choices=[("", _("按文件更新")), ("1", _("视为错误，不更新"))],
        coerce=bool,
        empty_value="",
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    datum = forms.ChoiceField(
        label=_("坐标系"), choices=list(DATUM_LABELS.items()), initial="wgs84"
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before anybody parses it."""
        file = self.cleaned_data["file"]
        if file.size > LIMITS.upload:
            size = LIMITS.upload // 1024**2
            raise forms.ValidationError(_("文件超过 %(size)s MB，请拆分后再导入") % {"size": size})
        return file


@page(None, methods=("GET", "HEAD", "POST"))
def import_new(request: HttpRequest, key: str) -> HttpResponse:
    """Show the import form, or take a file: small ones are read at once, others in a job."""
    declared = type_of(request, key, "import")
    user, now = account(request), timezone.now()
    posted = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if posted else ImportForm()
    if posted and form.is_valid():
        chosen = form.cleaned_data
        upload = chosen.pop("file")
        chosen["refuse_existing"] = bool(chosen["refuse_existing"])
        run = import_take(
            declared=declared, upload=upload, by=user, now=now, language=get_language(), **chosen
        )
        return redirect("console:record-import-result", run.pk)
    context = {"declared": declared, "form": form}
    return render(request, "console/records/import.html", context, status=400 if posted else 200)


def _own_run(request: HttpRequest, pk: int) -> RecordImport:
    return get_object_or_404(RecordImport, pk=pk, by=account(request))


@page(None)
def import_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import of one's own is, and what came of it."""
    run = _own_run(request, pk)
    context = {
        "run": run,
        "declared": record_type(run.type_key),
        "running": run.status == RecordImport.Status.RUNNING,
        "percent": 100 * run.rows_read // max(run.rows_expected or 0, run.rows_read, 1),
        "has_errors": error_file(run).exists(),
    }
    return render(request, "console/records/import_result.html", context)


@page(None)
def import_errors(request: HttpRequest, pk: int) -> Any:
    """Answer the error file of an import of one's own."""
    run = _own_run(request, pk)
    path = error_file(run)
    if not path.exists():
        raise Http404("这次导入没有错误文件")
    label = record_type(run.type_key).label
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{label}-错误行.xlsx")


@page(None)
def template(request: HttpRequest, key: str) -> Any:
    """Answer an empty file to fill in."""
    declared = type_of(request, key, "import")
    made = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_template(made, resource_for(declared))
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=f"{declared.label}-模板.xlsx")


@page(None)
def export(request: HttpRequest, key: str, form: str) -> Any:
    """Answer the records of the list as it is narrowed now, as a file."""
    declared = type_of(request, key, "export")
    user, now = account(request), timezone.now()
    if form not in FORMATS or (form == "geojson" and declared.geometry is None):
        raise Http404(f"没有 {form} 格式")
    rows = records_visible_to(declared, user, "export").select_related(None)
    found = filter_for(declared)(request.GET, queryset=rows, request=request).qs
    made = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    export_table(
        made,
        form=form,
        resource=resource_for(declared),
        records=found.iterator(chunk_size=2000),
        user=user,
    )
    export_note(declared=declared, form=form, rows=found.count(), by=user, now=now)
    made.seek(0)
    day = timezone.localdate(now)
    return FileResponse(
        made,
        as_attachment=True,
        filename=f"{declared.label}-{day:%Y%m%d}.{form}",
        content_type=FORMATS[form],
    )
