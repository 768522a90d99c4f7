"""初报, 续报, 终报: drafted from the facts, checked against them, signed, sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max

from anlan.command.choices import ChannelKind, OfficialReportKind, OfficialReportStatus
from anlan.command.models import Incident, OfficialReport
from anlan.command.phrases import moment
from anlan.command.rules.deadlines import domains_of
from anlan.command.rules.official_reports import (
    compose_report,
    diff_facts,
    problems_of_text,
    problems_since_draft,
)
from anlan.command.rules.words import words, words_asked_for
from anlan.command.selectors.facts import decrease_reasons, facts_from_json, facts_of, last_report
from anlan.command.services.announce import announce
from anlan.command.services.clocks import clocks_met_by_report
from anlan.command.services.orders import message_queue
from anlan.command.types import ConflictError, Problem, RefusedError
from anlan.core.dictionaries import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from anlan.command.types import Fact
    from anlan.core.models import User

__all__ = [
    "EditedDraftError",
    "official_report_draft",
    "official_report_edit",
    "official_report_send",
    "official_report_sign",
]


LONGEST_TEXT = 20_000


class EditedDraftError(ConflictError):
    """There is a draft whose words somebody changed; drafting again would lose them."""

    def __init__(self, draft: OfficialReport) -> None:
        self.draft = draft
        super().__init__(
            f"“{draft.title}”的草稿已有人修改文字，没有重新起草；"
            "需要按最新情况重写时，请在草稿页点“按最新情况重新起草”"
        )


@transaction.atomic
def official_report_draft(
    *,
    incident_id: int,
    kind: str,
    by: User | None,
    now: datetime,
    extra_facts: Iterable[Fact] = (),
    recipient: str = "",
    anew: bool = False,
) -> OfficialReport:
    """Draft a report from what is known now. An unsigned draft of the same kind is replaced.

    The facts are frozen with the draft. A 续报 holds the changes since the last signed report. A
    draft whose words somebody changed is replaced only if `anew` asks for it. Without `recipient`
    it goes to whom the draft, else the report before, goes.

    Raises
    ------
    RefusedError
        If the kind does not exist.
    EditedDraftError
        If there is a draft with words of somebody's own, and `anew` is not set.
    ConflictError
        If the chain does not allow it: one 初报 first, then 续报, one 终报 at the end.
    """
    if kind not in OfficialReportKind.values:
        rule = f"应为 {'、'.join(OfficialReportKind.values)} 之一"
        raise RefusedError(Problem("kind", "报告种类", rule, kind))
    incident = Incident.objects.select_related("division", "grade_decided_by").get(pk=incident_id)
    _check_chain(incident, kind)
    before = last_report(incident)
    open_draft = incident.official_reports.filter(
        kind=kind, status=OfficialReportStatus.DRAFT
    ).first()
    if open_draft is not None and open_draft.edited_at is not None and not anew:
        raise EditedDraftError(open_draft)
    sent_to = next((r.recipient for r in (open_draft, before) if r is not None), "")
    facts = facts_of(incident, extra=extra_facts)
    changes = (
        diff_facts(facts_from_json(before.facts), facts, reasons=decrease_reasons(incident))
        if before is not None
        else ()
    )
    follow_ups = incident.official_reports.filter(kind=OfficialReportKind.FOLLOW_UP)
    signed = follow_ups.exclude(status=OfficialReportStatus.DRAFT).count()
    text = compose_report(
        facts,
        kind=kind,
        serial=signed + 1,
        incident_title=incident.title,
        as_of=moment(now),
        elements=table("report_elements"),
        domains=domains_of(table("event_domains"), incident.event_code),
        changes=changes,
    )
    fields: dict[str, object] = {
        "lane": incident.lane,
        "title": text.title,
        "recipient": _addressee(recipient) or sent_to,
        "text": text.text,
        "edited_at": None,
        "facts": [fact.as_dict() for fact in facts],
        "diff": [change.as_dict() for change in changes],
        "missing": list(text.missing),
        "drafted_at": now,
        "drafted_by": by,
    }
    report = _stored(incident, kind, fields)
    announce(
        verb="official_report.drafted",
        subject=report,
        incident=incident,
        by=by,
        now=now,
        lane=incident.lane,
        payload={
            "title": report.title,
            "kind": str(report.get_kind_display()),
            "missing": report.missing,
            "changes": [str(change) for change in changes],
        },
    )
    return report


@transaction.atomic
def official_report_edit(
    *, report_id: int, text: str, by: User, now: datetime, recipient: str | None = None
) -> OfficialReport:
    """Change the words of a draft. The numbers in it must stay those of the record.

    Raises
    ------
    RefusedError
        If the text is empty, or a number of people in it differs from the stated one.
    ConflictError
        If the report is already signed.
    """
    report = OfficialReport.objects.select_related("incident").get(pk=report_id)
    body = words_asked_for("text", "正文", text, rule="不能为空", longest=LONGEST_TEXT)
    wanted = report.recipient if recipient is None else _addressee(recipient)
    return _change_draft(
        report,
        "edited",
        f"“{report.title}”已签发，不能再修改；如有变化请起草续报",
        problems=problems_of_text(body, facts_from_json(report.facts)),
        by=by,
        now=now,
        text=body,
        recipient=wanted,
        edited_at=now,
    )


@transaction.atomic
def official_report_sign(*, report_id: int, by: User, now: datetime) -> OfficialReport:
    """Sign a draft: from now on it is frozen.

    Raises
    ------
    RefusedError
        If a figure changed since the draft, or the text differs from the record: draft it again.
    ConflictError
        If somebody has signed it already.
    """
    report = OfficialReport.objects.select_related("incident").get(pk=report_id)
    held = facts_of(report.incident)
    stale = problems_since_draft(facts_from_json(report.facts), held)
    return _change_draft(
        report,
        "signed",
        f"“{report.title}”已由他人签发",
        problems=stale or problems_of_text(report.text, held),
        by=by,
        now=now,
        status=OfficialReportStatus.SIGNED,
        signed_by=by,
        signed_at=now,
    )


@transaction.atomic
def official_report_send(*, report_id: int, by: User, now: datetime) -> OfficialReport:
    """Send a signed report: it goes to the outbox, and the clocks that it meets are met.

    Raises
    ------
    ConflictError
        If it is not signed, or was sent already.
    """
    report = OfficialReport.objects.select_related("incident").get(pk=report_id)
    signed = OfficialReport.objects.filter(pk=report.pk, status=OfficialReportStatus.SIGNED)
    if not signed.update(status=OfficialReportStatus.SENT, sent_at=now):
        state = report.get_status_display()
        raise ConflictError(f"“{report.title}”现在是“{state}”，只有已签发的报告可以报出")
    report.refresh_from_db()
    message_queue(
        incident=report.incident,
        channel=ChannelKind.OUTBOX,
        recipient=report.recipient or "上级值班室",
        address="",
        subject=report.title,
        body=report.text,
        key=f"official-report-{report.pk}",
        now=now,
    )
    met = clocks_met_by_report(report=report, by=by, now=now)
    announce(
        verb="official_report.sent",
        subject=report,
        incident=report.incident,
        by=by,
        now=now,
        lane=report.lane,
        payload={
            "title": report.title,
            "recipient": report.recipient or "上级值班室",
            "clocks_met": met,
            "held": report.is_exercise,
        },
    )
    return report


def _change_draft(
    report: OfficialReport,
    step: str,
    too_late: str,
    *,
    problems: Sequence[Problem],
    by: User,
    now: datetime,
    **fields: object,
) -> OfficialReport:
    """Change a draft that agrees with the record, if it still is one, and tell of it."""
    if problems:
        raise RefusedError(problems)
    drafts = OfficialReport.objects.filter(pk=report.pk, status=OfficialReportStatus.DRAFT)
    if not drafts.update(**fields):
        raise ConflictError(too_late)
    report.refresh_from_db()
    announce(
        verb=f"official_report.{step}",
        subject=report,
        incident=report.incident,
        by=by,
        now=now,
        lane=report.lane,
        payload={"title": report.title},
    )
    return report


def _addressee(recipient: str) -> str:
    return words("recipient", "主送", recipient, longest=200)


def _check_chain(incident: Incident, kind: str) -> None:
    signed = incident.official_reports.exclude(status=OfficialReportStatus.DRAFT)
    kinds = set(signed.values_list("kind", flat=True))
    if kind == OfficialReportKind.INITIAL and kinds:
        raise ConflictError("初报已经签发；后来的变化请起草续报")
    if kind != OfficialReportKind.INITIAL and OfficialReportKind.INITIAL not in kinds:
        raise ConflictError("还没有签发初报，请先起草并签发初报")
    if OfficialReportKind.FINAL in kinds:
        raise ConflictError("终报已经签发，这一事件的报告已结束")


def _stored(incident: Incident, kind: str, fields: dict[str, object]) -> OfficialReport:
    """Replace the open draft of this kind, or add a report with the next number."""
    drafts = incident.official_reports.filter(kind=kind, status=OfficialReportStatus.DRAFT)
    if drafts.update(**fields):
        return incident.official_reports.get(kind=kind, status=OfficialReportStatus.DRAFT)
    last = incident.official_reports.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            return OfficialReport.objects.create(
                incident=incident, kind=kind, number=last + 1, **fields
            )
    except IntegrityError:
        raise ConflictError("另一位值班员刚刚起草了报告，请刷新后查看") from None
