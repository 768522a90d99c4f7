from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from anlan.command.models import Incident
from anlan.command.selectors import facts_of, timeline
from anlan.command.services import (
    elements_state,
    incident_close,
    official_report_draft,
    official_report_sign,
    response_end,
    response_start,
)
from anlan.command.types import ConflictError, RefusedError
from kit.leak import NOW

if TYPE_CHECKING:
    from kit.people import People

LATER = NOW + timedelta(hours=2)
ENDING = {
    "result": "阀门已更换，泄漏停止",
    "cause": "阀门法兰垫片老化",
    "verified_loss": 120.5,
    "assessment": "处置及时",
}


def state(incident: Incident, people: People, **more: Any) -> Incident:
    given: dict[str, Any] = {"source": "企业安全总监电话", "elements": ENDING}
    return elements_state(incident_id=incident.pk, by=people.lin_lan, now=LATER, **given | more)


def test_the_last_report_lacks_nothing_that_was_stated(leak: Incident, people: People) -> None:
    at: dict[str, Any] = {"by": people.gao_feng, "now": LATER}
    first = official_report_draft(incident_id=leak.pk, kind="initial", **at)
    official_report_sign(report_id=first.pk, **at)
    response_start(
        incident_id=leak.pk,
        level=3,
        matter="泄漏",
        expected_until=LATER + timedelta(days=1),
        measures="封控",
        **at,
    )
    response_end(incident_id=leak.pk, reason="泄漏已止", **at)
    state(leak, people)
    final = official_report_draft(incident_id=leak.pk, kind="final", **at)
    assert final.missing == []
    assert "损失核定：120.5万元（来源：企业安全总监电话）" in final.text
    assert "响应终止时间：2026年3月1日12时10分（来源：响应命令）" in final.text
    assert "核实后续报" not in final.text


def test_a_statement_is_told_with_its_source(leak: Incident, people: People) -> None:
    state(leak, people, elements={"trend": "泄漏量减小"})
    entry = timeline(leak)[-1]
    assert entry.sentence == "补充报告要素：发展态势：泄漏量减小（来源：企业安全总监电话）"
    fact = next(f for f in facts_of(Incident.objects.get(pk=leak.pk)) if f.key == "trend")
    assert (fact.source, fact.at) == ("企业安全总监电话", "3月1日12时10分")


def test_a_follow_up_keeps_two_sentences_apart(leak: Incident, people: People) -> None:
    state(leak, people, elements={"trend": "仍在泄漏，已喷淋"})
    at: dict[str, Any] = {"by": people.gao_feng, "now": LATER}
    first = official_report_draft(incident_id=leak.pk, kind="initial", **at)
    official_report_sign(report_id=first.pk, **at)
    state(leak, people, elements={"trend": "泄漏已止"})
    following = official_report_draft(incident_id=leak.pk, kind="follow_up", **at)
    assert "发展态势由“仍在泄漏，已喷淋”变为“泄漏已止”（来源：企业安全总监电话）" in following.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"source": " "}, "来源"),
        ({"elements": {}}, "没有改动"),
        ({"elements": {"weather": "晴"}}, "没有这一项要素"),
        ({"elements": {"verified_loss": -1.0}}, "应为 0 至 100000000 之间的数"),
        ({"elements": {"verified_loss": float("nan")}}, "应为 0 至 100000000 之间的数"),
        ({"elements": {"cause": "一" * 1001}}, "最多 1000 字"),
        ({"elements": {"cause": "a\u202eb"}}, "看不见的字符"),
        ({"elements": {"cause": 3.0}}, "应为文字"),
    ],
)
def test_what_does_not_fit_is_refused(
    leak: Incident, people: People, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(RefusedError, match=words):
        state(leak, people, **wrong)


def test_of_two_officers_the_second_is_told(leak: Incident, people: People) -> None:
    state(leak, people, elements={"trend": "减小"}, seen={"trend": None})
    with pytest.raises(ConflictError, match="刚刚被他人更新"):
        state(leak, people, elements={"trend": "扩大"}, seen={"trend": None})
    state(leak, people, elements={"trend": ""}, seen={"trend": "减小"})
    assert "trend" not in Incident.objects.get(pk=leak.pk).details


def test_a_loss_moves_the_proposed_grade(leak: Incident, people: People) -> None:
    state(leak, people, elements={"direct_loss": 6000.0})
    assert Incident.objects.get(pk=leak.pk).grade_proposed == 2


def test_the_loss_may_be_verified_after_the_close(leak: Incident, people: People) -> None:
    incident_close(incident_id=leak.pk, reason="结束", by=people.gao_feng, now=LATER)
    assert state(leak, people).details["verified_loss"] == 120.5
