"""What the verbs of the journal mean, as sentences for the timeline.

A verb is `<topic>.<what happened>`; its sentence is made from the payload of the entry. A room that
writes new verbs with an incident adds them here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["SENTENCES", "sentence_of"]


class _Blanks(dict[str, Any]):
    """A payload in which what is missing reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def _clock_lines(payload: Mapping[str, Any]) -> str:
    parts = [
        f"{clock.get('to', '')}（{clock.get('mode', '')}，{clock.get('due_at', '')}前）"
        for clock in payload.get("clocks", ())
    ]
    return "、".join(parts)


def _clock_met(payload: Mapping[str, Any]) -> str:
    clocks = payload.get("clocks", ())
    late = sum(1 for clock in clocks if clock.get("late"))
    ending = f"，其中 {late} 项超时" if late else "，均在时限内"
    note = f"（{payload['note']}）" if payload.get("note") else ""
    return f"完成 {len(clocks)} 项报告时限{note}{ending}"


def _tasks_created(payload: Mapping[str, Any]) -> str:
    titles = [str(task.get("title", "")) for task in payload.get("tasks", ())]
    more = "等" if len(titles) > 3 else ""
    return f"生成 {len(titles)} 项任务：{'、'.join(titles[:3])}{more}"


def _given_out(payload: Mapping[str, Any]) -> str:
    receivers = list(dict.fromkeys(str(o.get("to", "")) for o in payload.get("orders", ())))
    more = "等" if len(receivers) > 3 else ""
    held = "（演练，不外发）" if payload.get("held") else ""
    return f"下达 {payload.get('count', 0)} 项任务给{'、'.join(receivers[:3])}{more}{held}"


def _drafted(payload: Mapping[str, Any]) -> str:
    missing = payload.get("missing", ())
    lacking = f"，缺少{'、'.join(missing)}" if missing else ""
    return f"起草{payload.get('kind', '报告')}《{payload.get('title', '')}》{lacking}"


def _graded(payload: Mapping[str, Any]) -> str:
    before = f"由{payload['from']}改为" if payload.get("from") else "定为"
    proposed = payload.get("proposed")
    beside = f"（平台建议{proposed}）" if proposed and proposed != payload.get("to") else ""
    return f"事件等级{before}{payload.get('to', '')}{beside}"


def _received(payload: Mapping[str, Any]) -> str:
    similar = payload.get("similar", ())
    hint = f"，提示 {len(similar)} 条可能重复" if similar else ""
    return (
        f"{payload.get('channel', '')}接报：{payload.get('place', '')}{payload.get('event', '')}，"
        f"{payload.get('figures', '')}{hint}"
    )


def _sent(payload: Mapping[str, Any]) -> str:
    held = "（演练，不外发）" if payload.get("held") else ""
    return f"向{payload.get('recipient', '')}报出《{payload.get('title', '')}》{held}"


def _built(payload: Mapping[str, Any]) -> str:
    lacking = payload.get("shortfalls")
    short = f"，有 {lacking} 处缺口" if lacking else ""
    return f"生成响应方案第{payload.get('version', '')}版{short}"


def _approved(payload: Mapping[str, Any]) -> str:
    effects = payload.get("effects", ())
    done = f"，{'；'.join(str(effect) for effect in effects)}" if effects else ""
    return f"同意方案内容：{payload.get('part', '')}{done}"


def _closed(payload: Mapping[str, Any]) -> str:
    units = payload.get("returned_units", ())
    cancelled = payload.get("cancelled_tasks")
    parts = ["事件结束"]
    if cancelled:
        parts.append(f"取消 {cancelled} 项未完成任务")
    if units:
        parts.append(f"{len(units)} 支力量恢复待命")
    if payload.get("released_stock"):
        parts.append(f"释放 {payload['released_stock']} 项物资占用")
    return "，".join(parts)


def _goods(payload: Mapping[str, Any]) -> str:
    rows = payload.get("rows", ())
    named = "、".join(
        f"{row.get('name', '')}×{row.get('quantity', '')}{row.get('measure', '')}"
        for row in rows[:3]
    )
    return f"{len(rows)} 项：{named}{'等' if len(rows) > 3 else ''}"


SENTENCES: dict[str, str | Callable[[Mapping[str, Any]], str]] = {
    "forecast.requested": "开始研判计算：{title}",
    "forecast.done": "研判计算完成：{title}",
    "forecast.refused": "研判参数被拒绝：{title}，{error}",
    "forecast.failed": "研判计算失败：{title}",
    "forecast.cancelled": "取消研判计算：{title}",
    "forecast.scored": "研判事后评分：{title}",
    "report.received": _received,
    "report.received_from_public": "收到公众上报 {count} 条",
    "report.attached": "一条新报告并入本事件，报告称{figures}",
    "report.duplicate": "一条报告判为重复，原报告为“{of_title}”",
    "report.rejected": "报告经核实不属实：{place}",
    "incident.opened": "报告核实，立为事件 {number} {title}，{figures}",
    "incident.grade_proposed": "平台建议事件等级：{grade}",
    "incident.graded": _graded,
    "incident.casualties_updated": "伤亡更新：{changes}（来源：{source}）",
    "incident.elements_stated": "补充报告要素：{changes}（来源：{source}）",
    "incident.scenario_corrected": "更正情景与气象：{changes}",
    "incident.response_started": "启动{to}响应：{matter}，预计至{until}，措施：{measures}",
    "incident.response_changed": "响应级别由{from}调整为{to}：{matter}，预计至{until}",
    "incident.response_ended": "终止{from}响应",
    "incident.closed": _closed,
    "clock.started": lambda payload: f"报告时限开始计时：{_clock_lines(payload)}",
    "clock.withdrawn": lambda payload: f"报告时限撤销：{_clock_lines(payload)}",
    "clock.met": _clock_met,
    "task.created": _tasks_created,
    "task.given_out": _given_out,
    "task.ready": "前置任务“{after}”已完成，“{title}”可以下达",
    "task.accepted": "{name}签收任务“{title}”",
    "task.doing": "{name}开始执行任务“{title}”",
    "task.done": "{name}完成任务“{title}” {note}",
    "task.failed": "{name}报告任务“{title}”无法完成",
    "task.cancelled": "取消任务“{title}”",
    "supplies.reserved": lambda payload: f"占用库存物资 {_goods(payload)}",
    "supplies.released": lambda payload: f"释放库存物资 {_goods(payload)}",
    "outbox.receipted": "{name}回执：{subject}",
    "outbox.failed": "发给{recipient}的{channel}经 {attempts} 次尝试未送达：{subject}",
    "official_report.drafted": _drafted,
    "official_report.edited": "修改《{title}》",
    "official_report.signed": "签发《{title}》",
    "official_report.sent": _sent,
    "package.built": _built,
    "package.decided": "响应方案第{version}版全部审定",
    "package.approved": _approved,
    "package.edited": lambda payload: f"修改后{_approved(payload)}",
    "package.rejected": "不同意方案内容：{part}",
    "warning.drafted": "起草预警：{headline}",
    "warning.edited": "修改预警草稿：{headline}",
    "warning.approved": "签发预警：{headline}",
    "warning.issued": "发布预警：{headline}",
    "warning.updated": "预警已被更新：{headline}",
    "warning.cancelled": "预警已解除：{headline}",
    "warning.expired": "预警到期：{headline}",
    "warning.withdrawn": "撤回预警：{headline}",
}


def sentence_of(verb: str, payload: Mapping[str, Any]) -> str:
    """Return what an entry says. A verb without a sentence is named, not hidden."""
    made = SENTENCES.get(verb)
    if made is None:
        return f"其他操作（{verb}）"
    if isinstance(made, str):
        return made.format_map(_Blanks(payload)).strip()
    return made(payload)
