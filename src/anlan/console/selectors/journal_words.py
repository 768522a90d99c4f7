"""The journal in words: what an entry says, by its verb and its payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils import translation
from django.utils.translation import gettext_lazy

from anlan.command.verbs import SENTENCES, sentence_of
from anlan.core.choices import Role
from anlan.core.dictionaries.labels import TABLE_LABELS
from anlan.core.records.registry import record_types

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AREAS", "WORDS", "area_of", "sentence", "subject_label", "subject_types"]

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


def area_of(verb: str) -> str:
    """Return the name of the part of the platform that a verb belongs to."""
    return str(AREAS.get(verb.partition(".")[0], verb))


def subject_types() -> dict[str, str]:
    """Return what entries may be about, by label."""
    return {
        model._meta.label_lower: str(model._meta.verbose_name)
        for model in apps.get_models()
        if model.__module__.startswith("anlan.")
    }


def subject_label(label: str) -> str:
    """Return the name of a kind of thing; one of former times as it was written."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):  # a type of former times
        return label


def sentence(verb: str, payload: Mapping[str, Any]) -> str:
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
