"""What the pages of the journal show: which entries, in words."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from anlan.command.verbs import SENTENCES, sentence_of
from anlan.core.choices import ACTUAL, Role
from anlan.core.dictionaries.labels import TABLE_LABELS
from anlan.core.models import JournalEntry, User
from anlan.core.permissions import may, restrict
from anlan.core.records.registry import record_types
from anlan.core.records.tables import mask
from anlan.core.rules import code_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet


__all__ = [
    "AREAS",
    "EXPORTED",
    "Cursor",
    "EntryLine",
    "JournalPage",
    "entries_about",
    "entries_found",
    "exported_rows",
    "journal_page",
    "last_check",
    "subject_types",
]

ROWS_ON_A_PAGE = 50
COUNTED = 10_000
"""More are not counted: the number would cost more than it says."""
EXPORTED = 200_000
"""Rows in one file: what a spreadsheet opens without an effort."""
HISTORY = 50
PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
CITY_STEM = 4

AREAS = {
    "report": gettext_lazy("接报"),
    "incident": gettext_lazy("突发事件"),
    "clock": gettext_lazy("报告时限"),
    "official_report": gettext_lazy("信息报告"),
    "forecast": gettext_lazy("研判"),
    "package": gettext_lazy("响应方案"),
    "task": gettext_lazy("任务"),
    "outbox": gettext_lazy("发件箱"),
    "supplies": gettext_lazy("应急物资"),
    "warning": gettext_lazy("预警"),
    "plan": gettext_lazy("预案"),
    "exercise": gettext_lazy("演练"),
    "record": gettext_lazy("资源台账"),
    "city": gettext_lazy("城市数据"),
    "account": gettext_lazy("账号"),
    "dictionary": gettext_lazy("规则调整"),
    "journal": gettext_lazy("操作日志"),
}
"""What stands before the point of a verb."""

WORDS = {
    "plan.imported": "导入预案 {plan_id} {version}",
    "plan.approved": "批准预案 {plan_id} {version}",
    "plan.withdrawn": "停用预案 {plan_id} {version}",
    "exercise.started": "开始演练“{title}”",
    "exercise.ended": "结束演练",
    "record.created": "新增{type} {name}",
    "record.changed": "修改{type} {name}",
    "record.deleted": "删除{type} {name}",
    "record.confirmed": "确认无变化：{type} {name}",
    "record.exported": "导出{type} {rows} 条（{format}）",
    "record.imported": "导入{type}",
    "city.loaded": "装入城市数据包 {pack}",
    "account.opened": "开设账号 {username}",
    "account.closed": "停用账号 {username}",
    "account.reopened": "重新启用账号 {username}",
    "account.password_reset": "重置口令 {username}",
    "account.password_set": "修改自己的口令",
    "dictionary.overridden": "按文件调整“{table}”的一行",
    "dictionary.override_withdrawn": "撤销“{table}”一行的调整",
    "journal.exported": "导出日志 {rows} 条",
    "journal.verified": "校验日志 {entries} 条",
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of the journal begins: behind this entry, later or earlier ones."""

    physical_ms: int
    logical: int
    seq: int
    node: str
    later: bool = False

    @classmethod
    def read(cls, text: str, *, later: bool) -> Cursor | None:
        """Return the cursor that an address names, or None."""
        found = re.fullmatch(r"([0-9]{1,15})-([0-9]{1,9})-([0-9]{1,15})-(.{1,40})", text)
        if found is None:
            return None
        return cls(int(found[1]), int(found[2]), int(found[3]), found[4], later)

    def narrow(self, rows: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
        """Return the rows on the far side. The first condition is the one an index answers."""
        side = "gt" if self.later else "lt"
        tied = (
            Q(**{f"logical__{side}": self.logical})
            | Q(logical=self.logical, **{f"node__{side}": self.node})
            | Q(logical=self.logical, node=self.node, **{f"seq__{side}": self.seq})
        )
        at = self.physical_ms
        return rows.filter(
            Q(**{f"physical_ms__{side}": at}) | Q(physical_ms=at) & tied,
            **{f"physical_ms__{side}e": at},
        )


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in words."""

    entry: JournalEntry
    at: datetime
    what: str
    area: str
    subject: str
    reasons: tuple[str, ...]
    payload: str
    cursor: str

    @property
    def exercise(self) -> bool:
        """Tell whether it belongs to an exercise."""
        return self.entry.lane != ACTUAL


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Entries that were found, the latest first."""

    lines: list[EntryLine]
    earlier: str
    """Cursor of what comes after these, empty at the end."""
    later: str
    count: int
    more: bool
    """There are more than `count`."""


def journal_visible_to(user: User, action: str) -> QuerySet[JournalEntry]:
    """Return the entries of the account's place; those of no place are the city's to see."""
    rows = JournalEntry.objects.all()
    own = restrict(rows, user, action, field="division_code")
    if not may(user, action) or user.division_id is None:
        return own
    if len(code_stem(user.division_id)) > CITY_STEM:
        return own
    return own | rows.filter(division_code="")


def entries_found(user: User, action: str, narrowed: Mapping[str, Any]) -> QuerySet[JournalEntry]:
    """Return the entries that fit what was asked for, without an order."""
    rows = journal_visible_to(user, action)
    since, until = narrowed.get("since"), narrowed.get("until")
    if since is not None:
        rows = rows.filter(physical_ms__gte=_milliseconds(since))
    if until is not None:
        rows = rows.filter(physical_ms__lt=_milliseconds(until))
    if who := narrowed.get("who"):
        known = User.objects.filter(Q(username=who) | Q(first_name=who)).values_list(
            "pk", flat=True
        )
        # By the account, which an index answers; a name of former times is looked for in the text.
        people = list(known)
        rows = rows.filter(actor_id__in=people) if people else rows.filter(actor_name=who)
    if verb := narrowed.get("verb"):
        # An area is a third of the journal or nearly none: read in order, and never sorted.
        rows = rows.filter(verb=verb) if "." in verb else rows.filter(verb__startswith=f"{verb}.")
    if subject_type := narrowed.get("subject_type"):
        rows = rows.filter(subject_type=subject_type)
    if subject_id := narrowed.get("subject_id"):
        rows = rows.filter(subject_id=subject_id)
    match narrowed.get("lane"):
        case "actual":
            rows = rows.filter(lane=ACTUAL)
        case "exercise":
            rows = rows.exclude(lane=ACTUAL)
    return rows


def journal_page(user: User, narrowed: Mapping[str, Any], cursor: Cursor | None) -> JournalPage:
    """Return a page of entries. What lies before is never counted or skipped over."""
    rows = entries_found(user, "journal.view", narrowed).select_related("actor")
    later = cursor is not None and cursor.later
    signs = "" if later else "-"
    shown = cursor.narrow(rows) if cursor else rows
    order = [f"{signs}{name}" for name in ("physical_ms", "logical", "node", "seq")]
    found = list(shown.order_by(*order)[: ROWS_ON_A_PAGE + 1])
    more_there = len(found) > ROWS_ON_A_PAGE
    found = found[:ROWS_ON_A_PAGE]
    if later:
        found.reverse()
    lines = [line_of(entry, user) for entry in found]
    has_later = more_there if later else cursor is not None
    has_earlier = bool(cursor) if later else more_there
    count = rows.order_by().values("pk")[: COUNTED + 1].count()
    return JournalPage(
        lines=lines,
        earlier=lines[-1].cursor if lines and has_earlier else "",
        later=lines[0].cursor if lines and has_later else "",
        count=min(count, COUNTED),
        more=count > COUNTED,
    )


def entries_about(subject_type: str, pk: int) -> list[EntryLine]:
    """Return the latest entries about one thing, for a page that shows the thing itself."""
    rows = JournalEntry.objects.filter(subject_type=subject_type, subject_id=str(pk))
    return [line_of(entry, None) for entry in rows.order_by("-physical_ms", "-seq")[:HISTORY]]


def last_check(user: User) -> EntryLine | None:
    """Return the entry of the last check of the chains."""
    rows = JournalEntry.objects.filter(verb="journal.verified")
    entry = rows.order_by("-physical_ms", "-seq").first()
    return None if entry is None else line_of(entry, user)


def line_of(entry: JournalEntry, user: User | None) -> EntryLine:
    """Put an entry into words. Telephone numbers only for those who may see them."""
    payload = json.loads(entry.payload)
    hide = _masked if user is not None and not may(user, "contact.view") else str
    return EntryLine(
        entry=entry,
        at=datetime.fromtimestamp(entry.physical_ms / 1000, tz=timezone.get_current_timezone()),
        what=hide(_in_chinese(entry.verb, payload)),
        area=str(AREAS.get(entry.verb.partition(".")[0], entry.verb)),
        subject=_subject(entry.subject_type),
        reasons=tuple(hide(str(reason)) for reason in json.loads(entry.reasons)),
        payload=hide(json.dumps(payload, ensure_ascii=False, indent=1)),
        cursor=f"{entry.physical_ms}-{entry.logical}-{entry.seq}-{entry.node}",
    )


def subject_types() -> dict[str, str]:
    """Return what entries may be about, by label."""
    return {
        model._meta.label_lower: str(model._meta.verbose_name)
        for model in apps.get_models()
        if model.__module__.startswith("anlan.")
    }


def _subject(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):  # a type of former times
        return label


HEADERS = (
    *("节点", "序号", "时间", "操作人", "动作", "动作代码", "对象类型", "对象编号", "事件编号"),
    *("行政区划代码", "通道", "理由", "内容", "哈希"),
)


def exported_rows(rows: QuerySet[JournalEntry], user: User) -> Iterator[list[Any]]:
    """Return the cells of each entry, in the order of the chain."""
    for entry in rows.order_by("node", "seq").iterator(chunk_size=2000):
        line = line_of(entry, user)
        yield [
            *(entry.node, entry.seq, f"{line.at:%Y-%m-%d %H:%M:%S}", entry.actor_name or "系统"),
            *(line.what, entry.verb, line.subject, entry.subject_id, entry.incident_id or ""),
            *(entry.division_code, entry.lane, "；".join(line.reasons)),
            *(json.dumps(json.loads(line.payload), ensure_ascii=False), entry.hash),
        ]


def _in_chinese(verb: str, payload: Mapping[str, Any]) -> str:
    """Return the sentence wholly in Chinese: the words of the journal are, names in it too."""
    with translation.override("zh-hans"):
        return _sentence(verb, payload)


def _sentence(verb: str, payload: Mapping[str, Any]) -> str:
    if verb in SENTENCES:
        return sentence_of(verb, payload)
    if verb == "account.changed":
        return _account_changed(payload)
    if words := WORDS.get(verb):
        return words.format_map(_Named(payload)).strip()
    return f"其他操作（{verb}）"


def _account_changed(payload: Mapping[str, Any]) -> str:
    labels = {"name": "姓名", "role": "角色", "division": "区划"}
    roles = dict(Role.choices)
    said = [
        f"{labels[field]} {roles.get(old, old)} → {roles.get(new, new)}"
        for field, (old, new) in payload["changed"].items()
    ]
    return f"更改账号 {payload['username']}：{'，'.join(said)}"


class _Named(dict[str, Any]):
    """A payload in which types and tables read as their names, and what is missing as nothing."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        match key:
            case "type":
                return next((kind.label for kind in record_types() if kind.key == value), value)
            case "table":
                return TABLE_LABELS.get(value, value)
        return value

    def __missing__(self, key: str) -> str:
        return ""


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _masked(text: str) -> str:
    return PHONE.sub(lambda found: mask(found[0]), text)
