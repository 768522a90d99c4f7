"""The duty officer's night, played in process: `anlan demo --check`.

Each step does what a person does on the pages, through the same services, and says what it
found. The first step that does not hold ends the story.
"""

from __future__ import annotations

import time
import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from anlan.cli.environment import example_file
from anlan.command.choices import ChannelKind, MessageStatus, PackageStatus, PartStatus
from anlan.command.models import Incident, OfficialReport, OutboxMessage, Package, Report
from anlan.command.rules.intake import ReportInput
from anlan.command.selectors import replay_frames, timeline
from anlan.command.selectors.duplicates import duplicates_of_report
from anlan.command.services import (
    casualties_update,
    incident_close,
    official_report_draft,
    official_report_send,
    official_report_sign,
    order_deliver,
    order_send_all,
    package_build,
    package_part_decide,
    receipt_take,
    receipt_token,
    report_attach,
    report_receive,
    report_verify,
)
from anlan.command.types import RefusedError
from anlan.core.choices import ACTUAL, DivisionLevel
from anlan.core.journal import verify
from anlan.core.models import Division, User
from anlan.drills.services import exercise_end, exercise_start

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = ["play"]

REPORT = "ammonia.toml"


class BrokenStep(AssertionError):
    """A step of the story did not hold."""


@dataclass(slots=True)
class Story:
    """What the steps hand on to each other."""

    now: datetime
    lane: str = ACTUAL
    report: Report | None = None
    incident: Incident | None = None
    package: Package | None = None
    found: dict[str, Any] = field(default_factory=dict)

    def later(self, **step: float) -> datetime:
        """Move the clock of the story on."""
        self.now += timedelta(**step)
        return self.now


def play(*, now: datetime) -> dict[str, Any]:
    """Play the story in reality and in an exercise beside it; return what every step found.

    Reality comes first, so `now` is an hour before the present: no step lies in the future.
    """
    story = Story(now=now - timedelta(hours=1))
    steps: list[dict[str, Any]] = []
    ok = _run(STEPS, story, steps)
    if ok:
        ok = _run((("演练通道", _exercise),), Story(now=now - timedelta(minutes=30)), steps)
    if ok:
        ok = _run((("校验日志", _journal),), story, steps)
    return {"ok": ok, "steps": steps}


def _run(
    parts: tuple[tuple[str, Callable[[Story], dict[str, Any]]], ...],
    story: Story,
    steps: list[dict[str, Any]],
) -> bool:
    for title, step in parts:
        began = time.perf_counter()
        try:
            found: dict[str, Any] = {"found": step(story)}
        except BrokenStep as broken:
            found = {"problem": str(broken)}
        seconds = round(time.perf_counter() - began, 3)
        steps.append({"step": title, "ok": "found" in found, "seconds": seconds, **found})
        if "problem" in found:
            return False
    return True


def _hold(truth: object, problem: str) -> None:
    if not truth:
        raise BrokenStep(problem)


def _who(username: str) -> User:
    return User.objects.get(username=username)


def _entered(**changed: Any) -> tuple[ReportInput, dict[str, Any]]:
    """Return the report of the example file, and the scenario and weather that go with it."""
    given = tomllib.loads(example_file(REPORT).read_text(encoding="utf-8"))
    extra = {name: given.pop(name) for name in ("scenario", "weather")}
    return ReportInput(**(given | changed)), extra


def _city(story: Story) -> dict[str, Any]:  # noqa: ARG001 - every step has this shape
    counties = Division.objects.filter(level=DivisionLevel.COUNTY, boundary__isnull=False).count()
    _hold(counties == 12, f"济南应有 12 个有边界的区县，现有 {counties} 个")
    return {"counties": counties, "accounts": User.objects.count()}


def _receive(story: Story) -> dict[str, Any]:
    entered, _extra = _entered()
    officer = _who("lin_lan")
    story.report = report_receive(entered=entered, by=officer, now=story.now, lane=story.lane)
    again, _extra = _entered(text="园区方向闻到强烈氨味", reporter_name="王女士", figures={})
    second = report_receive(entered=again, by=officer, now=story.later(minutes=2), lane=story.lane)
    similar = duplicates_of_report(second)
    _hold(
        any(c.kind == "report" and c.pk == story.report.pk for c in similar),
        "第二个电话没有被提示为疑似重复",
    )
    story.found["second"] = second
    return {"report": story.report.pk, "similar": [c.likeness.score for c in similar]}


def _verify(story: Story) -> dict[str, Any]:
    _hold(story.report, "没有接报")
    assert story.report is not None  # noqa: S101 - for the type checker
    officer = _who("lin_lan")
    _text, extra = _entered()
    story.incident = report_verify(
        report_id=story.report.pk, by=officer, now=story.later(minutes=1), **extra
    )
    report_attach(
        report_id=story.found["second"].pk,
        incident_id=story.incident.pk,
        by=officer,
        now=story.later(seconds=10),
    )
    clocks = story.incident.clocks.count()
    _hold(clocks, "没有启动报送时限")
    return {
        "incident": story.incident.number,
        "grade_proposed": story.incident.grade_proposed,
        "clocks": clocks,
    }


def _build(story: Story) -> dict[str, Any]:
    assert story.incident is not None  # noqa: S101
    story.package = package_build(
        incident_id=story.incident.pk, by=_who("lin_lan"), now=story.later(seconds=5)
    )
    kinds = list(story.package.parts.values_list("kind", flat=True))
    _hold("forecast" in kinds and "units" in kinds, f"方案不完整：{kinds}")
    return {"parts": kinds, "seconds_by_step": story.package.timings}


def _decide(story: Story) -> dict[str, Any]:
    assert story.package is not None  # noqa: S101
    commander = _who("gao_feng")
    *parts, last = story.package.parts.order_by("position")
    for part in parts:
        package_part_decide(
            part_id=part.pk, decision=PartStatus.APPROVED, by=commander, now=story.later(seconds=9)
        )
    reject: dict[str, Any] = {"part_id": last.pk, "decision": PartStatus.REJECTED, "by": commander}
    try:
        package_part_decide(**reject, now=story.now)
    except RefusedError:
        pass
    else:
        raise BrokenStep("没有理由也退回了方案的一部分")
    package_part_decide(**reject, reason="初报由值班室另行起草", now=story.later(seconds=9))
    story.package.refresh_from_db()
    _hold(story.package.status == PackageStatus.DECIDED, "逐项审定后方案仍未审定")
    return {"approved": len(parts), "rejected": 1}


def _orders(story: Story) -> dict[str, Any]:
    assert story.incident is not None  # noqa: S101
    sent = order_send_all(
        incident_id=story.incident.pk, by=_who("gao_feng"), now=story.later(seconds=30)
    )
    delivered = order_deliver(now=story.later(seconds=5), limit=1000)
    inside = [m for m in sent if m.channel != ChannelKind.EMAIL]
    for message in inside[:2]:
        message.refresh_from_db()
        receipt_take(
            token=receipt_token(message),
            kind="accepted",
            by_name="值班员",
            now=story.later(seconds=20),
        )
    receipted = OutboxMessage.objects.filter(
        pk__in=[m.pk for m in inside[:2]], status=MessageStatus.RECEIPTED
    ).count()
    _hold(receipted == len(inside[:2]) > 0, "回执没有到达")
    return {"orders": len(sent), **delivered, "receipts": receipted}


def _follow_up(story: Story) -> dict[str, Any]:
    assert story.incident is not None  # noqa: S101
    officer, commander = _who("lin_lan"), _who("gao_feng")
    key = story.incident.pk
    _report(key, "initial", officer, commander, story)
    rise: dict[str, Any] = {"incident_id": key, "source": "章丘区人民医院", "by": officer}
    casualties_update(figures={"injured": 5, "deaths": 1}, now=story.later(minutes=8), **rise)
    fall: dict[str, Any] = {"figures": {"injured": 4}, **rise}
    try:
        casualties_update(now=story.now, **fall)
    except RefusedError:
        pass
    else:
        raise BrokenStep("没有说明理由也减少了受伤人数")
    casualties_update(now=story.later(minutes=1), decrease_reason="一人重复统计", **fall)
    follow_up = _report(key, "follow_up", officer, commander, story)
    _hold(follow_up.diff, "续报没有写明变化")
    final = _report(key, "final", officer, commander, story)
    incident_close(
        incident_id=key,
        reason="泄漏已封堵，监测达标",
        by=commander,
        now=story.later(minutes=2),
        cancel_open_tasks=True,
    )
    return {"changes": follow_up.diff, "final": final.title}


def _report(
    incident_id: int, kind: str, officer: User, commander: User, story: Story
) -> OfficialReport:
    drafted = official_report_draft(
        incident_id=incident_id, kind=kind, by=officer, now=story.later(seconds=40)
    )
    official_report_sign(report_id=drafted.pk, by=commander, now=story.later(seconds=20))
    return official_report_send(report_id=drafted.pk, by=officer, now=story.later(seconds=5))


def _replay(story: Story) -> dict[str, Any]:
    assert story.incident is not None  # noqa: S101
    story.incident.refresh_from_db()
    entries, frames = timeline(story.incident), replay_frames(story.incident)
    _hold(len(frames) > 1, "没有可回放的时刻")
    return {"entries": len(entries), "frames": len(frames)}


def _exercise(story: Story) -> dict[str, Any]:
    """Play the first half again in a lane of its own, and see that nothing leaves it."""
    officer = _who("lin_lan")
    assert officer.division is not None  # noqa: S101
    real = Incident.objects.filter(lane=ACTUAL).count()
    exercise = exercise_start(
        title="液氨泄漏演练",
        kind="functional",
        division=officer.division,
        aim="检验接报到命令下达",
        by=officer,
        now=story.now,
    )
    story.lane = exercise.lane
    for step in (_receive, _verify, _build, _decide):
        step(story)
    assert story.incident is not None  # noqa: S101
    order_send_all(incident_id=story.incident.pk, by=_who("gao_feng"), now=story.later(seconds=30))
    order_deliver(now=story.later(seconds=5), limit=1000)
    messages = OutboxMessage.objects.filter(lane=exercise.lane)
    states = set(messages.values_list("status", flat=True))
    _hold(states == {MessageStatus.HELD_EXERCISE}, f"演练信息没有全部扣留：{states}")
    _hold(Incident.objects.filter(lane=ACTUAL).count() == real, "演练影响了真实事件的统计")
    exercise_end(exercise_id=exercise.pk, review="", by=officer, now=story.later(seconds=5))
    return {"lane": exercise.lane, "messages_held": messages.count()}


def _journal(story: Story) -> dict[str, Any]:  # noqa: ARG001 - every step has this shape
    bad = verify()
    _hold(bad is None, f"日志第一条坏记录：{bad}")
    return {"first_bad": None}


STEPS: tuple[tuple[str, Callable[[Story], dict[str, Any]]], ...] = (
    ("城市与账号", _city),
    ("接报与疑似重复", _receive),
    ("核实、定级建议、报送时限", _verify),
    ("生成处置方案", _build),
    ("逐项审定", _decide),
    ("下达命令与回执", _orders),
    ("续报、终报、结束", _follow_up),
    ("回放", _replay),
)
