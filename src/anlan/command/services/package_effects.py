"""What follows when a part of a package is approved: tasks, a started response, drafts.

Each effect goes through the service that owns it, in the transaction of the decision, and is
named in words. An exercise takes no unit and no stock: the register belongs to what is real.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from shapely.geometry import shape

from anlan.command.choices import OfficialReportKind, PartKind, ResponseLevel
from anlan.command.rules.tasks import UNIT_TASK, TaskDraft, base_key
from anlan.command.selectors.facts import facts_of
from anlan.command.selectors.holdings import units_held
from anlan.command.services.incidents import response_start
from anlan.command.services.official_reports import official_report_draft
from anlan.command.services.renewal import drafts_to_make, tasks_superseded
from anlan.command.services.reservations import StockWish, stock_reserve
from anlan.command.services.tasks import tasks_create
from anlan.command.types import Fact, Problem, RefusedError
from anlan.core.models import Unit
from anlan.core.numerals import written
from anlan.register.choices import UnitStatus
from anlan.register.models import ResponseUnit
from anlan.warn.selectors import warning_in_force, warnings_not_issued
from anlan.warn.services import warning_draft, warning_update, warning_withdraw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anlan.command.models import Incident, PackagePart
    from anlan.core.models import User

__all__ = ["effects_of"]

DEFAULT_HOURS: Final = 24.0
"""Expected length of a response when the plan does not say. Platform default."""

SUPPLY_TASK: Final = "supply-"
CLOSURE_TASK: Final = "closures"
"""How the keys of these tasks begin: by them a later version finds what it replaces."""

OWN_FACTS: Final = {"response", "actions"}
"""What the package proposes, told in the first report while nobody has decided about it."""


def effects_of(part: PackagePart, *, incident: Incident, by: User, now: datetime) -> list[str]:
    """Do what follows from an approved part and say what was done."""
    effect = EFFECTS.get(part.kind)
    if effect is None:
        return []
    content: dict[str, Any] = dict(part.in_force)
    try:
        return effect(content, part, incident, by, now)
    except (KeyError, TypeError, AttributeError) as error:
        rule = f"与方案格式不符（{error}），请恢复原结构后再提交"
        raise RefusedError(Problem("edited_content", "修改后内容", rule, part.kind)) from error


def _level(
    content: dict[str, Any], part: PackagePart, incident: Incident, by: User, now: datetime
) -> list[str]:
    level = content["level"]
    if level is None:
        return ["级别未定，未启动响应"]
    if incident.response_level == level:
        return [f"已在{ResponseLevel(level).label}响应中，未重复启动"]
    response_start(
        incident_id=incident.pk,
        level=level,
        matter=incident.title,
        expected_until=now + timedelta(hours=content["expected_hours"] or DEFAULT_HOURS),
        measures=content["summary"] or f"按《{content['plan_title']}》组织处置",
        by=by,
        now=now,
        reason="；".join(part.reasons)[:300],
    )
    return [f"启动{ResponseLevel(level).label}响应"]


def _tasks(
    content: dict[str, Any], part: PackagePart, _incident: Incident, by: User, now: datetime
) -> list[str]:
    units = {row["unit_id"] for row in content["tasks"]}
    known = set(Unit.objects.filter(pk__in=units - {None}).values_list("pk", flat=True))
    keys = {row["key"] for row in content["tasks"]}
    drafts = [
        TaskDraft(
            key=row["key"],
            title=row["title"],
            text=row["text"],
            owner_post=row["owner_post"],
            owner_unit_id=row["unit_id"] if row["unit_id"] in known else None,
            owner_label=f"{row['unit'] or row['owner_name']} {row['person']}".strip()[:120],
            start_offset_min=int(row["offset_min"]),
            due_offset_min=int(row["offset_min"]),
            depends_on=tuple(key for key in row["depends_on"] if key in keys),
            receipt_required=row["receipt_required"],
            basis="；".join(row["basis"])[:200],
        )
        for row in content["tasks"]
    ]
    return _made(drafts, part, by, now)


def _units(
    content: dict[str, Any], part: PackagePart, incident: Incident, by: User, now: datetime
) -> list[str]:
    where = f"{content['staging_lon']:.5f}, {content['staging_lat']:.5f}"
    rows = content["units"]
    names = {need["kind"]: need["name"] for need in content["needs"]}
    lost: dict[int, str] = {}
    if not incident.is_exercise:
        held = units_held(incident)
        lost = _take_units([row["id"] for row in rows if row["id"] not in held])
    drafts = [
        TaskDraft(
            key=f"{UNIT_TASK}{row['id']}",
            title=f"出动：{row['name']}"[:120],
            text=f"任务：{_brings(row['brings'], names)}。集结点 {where}，预计 {row['eta_min']['value']} 分到达；"
            "按封控图绕行，不得穿越影响区。",
            owner_label=f"{row['name']} {row['contact']}".strip()[:120],
            due_offset_min=round(row["eta_min"]["value"]),
            basis="响应方案：救援力量",
        )
        for row in rows
        if row["id"] not in lost
    ]
    said = _renewed(UNIT_TASK, drafts, part, by, now)
    return said + [f"{name}已被其他事件调用，未下达，请另选" for name in lost.values()]


def _take_units(ids: Sequence[int]) -> dict[int, str]:
    """Mark units as sent out; return those that somebody else has taken, with their names."""
    lost = []
    for pk in sorted(ids):  # in one order: two who want the same units must not wait for each other
        free = ResponseUnit.objects.filter(pk=pk, status=UnitStatus.AVAILABLE)
        if not free.update(status=UnitStatus.DISPATCHED):
            lost.append(pk)
    return dict(ResponseUnit.objects.filter(pk__in=lost).values_list("pk", "name"))


def _brings(brings: Sequence[Sequence[Any]], names: dict[str, str]) -> str:
    return "、".join(f"{names.get(kind, kind)}×{written(quantity)}" for kind, quantity in brings)


def _hospitals(
    content: dict[str, Any], part: PackagePart, _incident: Incident, by: User, now: datetime
) -> list[str]:
    drafts = [
        TaskDraft(
            key=f"hospital-{row['id']}",
            title=f"准备接收伤员：{row['name']}"[:120],
            text=f"预留重症{row['serious']['value']}人、轻症{row['minor']['value']}人床位，"
            f"车程约{row['eta_min']['value']}分。",
            owner_post="health_commission",
            owner_label=row["name"][:120],
            due_offset_min=15,
            basis="响应方案：医疗救治",
        )
        for row in content["hospitals"]
    ]
    return _renewed("hospital-", drafts, part, by, now)


def _shelters(
    content: dict[str, Any], part: PackagePart, _incident: Incident, by: User, now: datetime
) -> list[str]:
    drafts = [
        TaskDraft(
            key=f"shelter-{row['id']}",
            title=f"开放避难场所：{row['name']}"[:120],
            text=f"接收{row['people']['value']}人，其中{row['by_bus']['value']}人由车辆转运；登记、分区、供水。",
            owner_post="shelter_manager",
            owner_label=row["name"][:120],
            due_offset_min=30,
            basis="响应方案：转移安置",
        )
        for row in content["shelters"]
    ]
    return _renewed("shelter-", drafts, part, by, now)


def _supplies(
    content: dict[str, Any], part: PackagePart, incident: Incident, by: User, now: datetime
) -> list[str]:
    by_house: dict[str, list[dict[str, Any]]] = {}
    for row in content["consignments"]:
        by_house.setdefault(_key_of_house(row["warehouse"]), []).append(row)
    drafts = [_goods_task(key, goods) for key, goods in sorted(by_house.items())]
    said = tasks_superseded(SUPPLY_TASK, drafts, part=part, by=by, now=now)
    short: list[str] = []
    kept = []
    for draft in drafts_to_make(drafts, incident=incident, version=part.package.version):
        goods = by_house[base_key(draft.key)]
        if not incident.is_exercise:
            goods, lacking = _reserve(goods, draft.key, part, by, now)
            short += lacking
        if goods:
            kept.append(_goods_task(draft.key, goods))
    return said + _made(kept, part, by, now) + short


def _key_of_house(name: str) -> str:
    return f"{SUPPLY_TASK}{zlib.crc32(name.encode()):08x}"


def _goods_task(key: str, goods: Sequence[dict[str, Any]]) -> TaskDraft:
    house = goods[0]["warehouse"]
    return TaskDraft(
        key=key,
        title=f"物资出库：{house}"[:120],
        text="；".join(
            f"{row['name']}{written(row['quantity']['value'])}{row['quantity']['unit']} → {row['place']}"
            for row in goods
        ),
        owner_post="supplies",
        owner_label=house[:120],
        due_offset_min=60,
        basis="响应方案：物资保障",
    )


def _reserve(
    goods: Sequence[dict[str, Any]], key: str, part: PackagePart, by: User, now: datetime
) -> tuple[list[dict[str, Any]], list[str]]:
    """Promise stock; return what was promised, and a sentence for what others were faster to."""
    wishes = {
        number: StockWish(
            stock_id=row["stock_id"],
            quantity=int(row["quantity"]["value"]),
            place=row["place"],
            task_key=key,
        )
        for number, row in enumerate(goods)
    }
    lost = {
        id(wish) for wish in stock_reserve(part=part, wishes=list(wishes.values()), by=by, now=now)
    }
    kept = [goods[number] for number, wish in wishes.items() if id(wish) not in lost]
    short = [
        f"{row['warehouse']}的{row['name']}已不足{wishes[number].quantity}，未占用，请重新生成物资方案"
        for number, row in enumerate(goods)
        if id(wishes[number]) in lost
    ]
    return kept, short


def _closures(
    content: dict[str, Any], part: PackagePart, _incident: Incident, by: User, now: datetime
) -> list[str]:
    lines = [point["text"] for point in content["points"]] + list(content["measures"])
    if not lines:
        said = tasks_superseded(CLOSURE_TASK, (), part=part, by=by, now=now)
        return [*said, "没有封控点，未生成任务"]
    draft = TaskDraft(
        key=CLOSURE_TASK,
        title="按封控点设卡",
        text="；".join(lines),
        owner_post="traffic_police",
        owner_label="交警支队",
        due_offset_min=15,
        basis="响应方案：交通管制",
    )
    return _renewed(CLOSURE_TASK, [draft], part, by, now)


def _warning(
    content: dict[str, Any], part: PackagePart, incident: Incident, by: User, now: datetime
) -> list[str]:
    if not content["colour"]:
        return ["没有建议颜色，未起草预警"]
    places = [(code, name) for code, name in content["areas"]]
    if not places:
        places = [(incident.division_id, incident.division.name)]
    said = _drafts_withdrawn(part, by, now)
    issued = warning_in_force(incident_id=incident.pk, event_code=incident.event_code)
    if issued is not None:
        update = warning_update(
            warning=issued,
            by=by,
            now=now,
            reason=f"响应方案第{part.package.version}版",
            what=content["what"],
            colour=content["colour"],
            places=places,
            area=shape(content["polygon"]) if content["polygon"] else None,
            expires=datetime.fromisoformat(content["expires"]),
            instruction=content["instruction"],
            drafted_by=part.package.by if part.edited_content is None else by,
        )
        return [*said, f"起草对已发布预警的更新（第{update.pk}号草稿），待审核发布"]
    warning = warning_draft(
        division=incident.division,
        event_code=incident.event_code,
        colour=content["colour"],
        places=places,
        area=shape(content["polygon"]) if content["polygon"] else None,
        what=content["what"],
        effective=max(now, datetime.fromisoformat(content["onset"])),
        expires=datetime.fromisoformat(content["expires"]),
        issuer=content["issuer"],
        by=by,
        now=now,
        hazard=content["hazard"],
        instruction=content["instruction"],
        # Whoever built the package wrote the words, unless the decider changed them.
        drafted_by=part.package.by if part.edited_content is None else by,
        reasons=tuple(part.reasons),
        lane=incident.lane,
        incident_id=incident.pk,
    )
    return [
        *said,
        f"起草{content['hazard']}{content['colour_name']}色预警（第{warning.pk}号草稿），待审核发布",
    ]


def _drafts_withdrawn(part: PackagePart, by: User, now: datetime) -> list[str]:
    """Withdraw what an earlier version drafted and nobody has issued."""
    reason = f"由响应方案第{part.package.version}版取代"
    waiting = warnings_not_issued(incident_id=part.package.incident_id)
    for warning in waiting:
        warning_withdraw(warning=warning, by=by, now=now, reason=reason)
    return [f"撤回原方案起草、尚未发布的预警{len(waiting)}条"] if waiting else []


def _report(
    content: dict[str, Any], _part: PackagePart, incident: Incident, by: User, now: datetime
) -> list[str]:
    if incident.official_reports.exclude(status="draft").exists():
        return ["初报已签发，未再起草；请用续报"]
    open_draft = incident.official_reports.filter(kind=OfficialReportKind.INITIAL).first()
    if open_draft is not None and open_draft.edited_at is not None:
        return ["初报草稿已有人修改文字，未重新起草；请在草稿页核对"]
    decided = {fact.key for fact in facts_of(incident)}
    facts = [Fact(**row) for row in content["facts"] if row["key"] in OWN_FACTS - decided]
    report = official_report_draft(
        incident_id=incident.pk,
        kind=OfficialReportKind.INITIAL,
        by=by,
        now=now,
        extra_facts=facts,
    )
    return [f"起草初报“{report.title}”，待签发"]


def _renewed(
    prefix: str, drafts: list[TaskDraft], part: PackagePart, by: User, now: datetime
) -> list[str]:
    """Put the tasks of a part in the place of those that an earlier version made."""
    said = tasks_superseded(prefix, drafts, part=part, by=by, now=now)
    version = part.package.version
    new = drafts_to_make(drafts, incident=part.package.incident, version=version)
    return said + _made(new, part, by, now)


def _made(drafts: list[TaskDraft], part: PackagePart, by: User, now: datetime) -> list[str]:
    made = tasks_create(incident_id=part.package.incident_id, drafts=drafts, by=by, now=now)
    return [f"生成{len(made)}项任务，待下达"] if made else ["没有新任务"]


EFFECTS: Final[
    dict[str, Callable[[dict[str, Any], PackagePart, Incident, User, datetime], list[str]]]
] = {
    PartKind.LEVEL: _level,
    PartKind.TASKS: _tasks,
    PartKind.UNITS: _units,
    PartKind.HOSPITALS: _hospitals,
    PartKind.SHELTERS: _shelters,
    PartKind.SUPPLIES: _supplies,
    PartKind.CLOSURES: _closures,
    PartKind.WARNING: _warning,
    PartKind.REPORT: _report,
}
"""What follows from each kind of part; forecast and exposure are only acknowledged."""
