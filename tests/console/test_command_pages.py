"""What an officer does with an incident on its pages, beyond the first night's story."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from shapely import MultiPolygon, Point, box

from anlan.command.models import Incident, Package, Report, Task
from anlan.command.rules.tasks import TaskDraft
from anlan.command.services import (
    package_build,
    package_part_decide,
    report_receive,
    report_verify,
    response_start,
    tasks_create,
)
from anlan.core.models import JournalEntry
from anlan.plans.selectors import example_texts
from anlan.plans.services import plan_approve, plan_import
from anlan.register.models import ResponseUnit, Stock, Warehouse
from anlan.warn.cap import parse_cap
from anlan.warn.models import PublicWarning
from anlan.warn.services import warning_approve, warning_draft, warning_issue
from kit.leak import LEAK, NOW

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from kit.people import People, Places

LATER = NOW + timedelta(minutes=3)
SCENARIO = {"kind": "gas_release", "substance": "液氨", "hole_diameter_m": 0.05, "rate_kg_s": 8.0}
WEATHER = {"wind_speed": 2.0, "wind_from_deg": 230.0, "is_day": True, "source": "区气象台"}


@pytest.fixture(autouse=True)
def city(settings: Any, tmp_path: Path) -> None:
    settings.ANLAN_CITY = tmp_path / "city"


@pytest.fixture
def land(places: Places) -> Places:
    places.zhangqiu.boundary = MultiPolygon([box(117.4, 36.5, 117.7, 37.0)])
    places.zhangqiu.save()
    return places


@pytest.fixture
def first(people: People, land: Places) -> Report:
    return report_receive(entered=LEAK, by=people.lin_lan, now=NOW)


@pytest.fixture
def leak(first: Report, people: People) -> Incident:
    return report_verify(
        report_id=first.pk, scenario=SCENARIO, weather=WEATHER, by=people.lin_lan, now=NOW
    )


def open_as(client: Client, who: Any, name: str, pk: int) -> str:
    client.force_login(who)
    answer = client.get(reverse(f"console:{name}", args=[pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_likely_duplicate_is_marked_from_the_page_of_the_report(
    client: Client, people: People, first: Report
) -> None:
    again = report_receive(entered=LEAK, by=people.lin_lan, now=LATER)
    address = reverse("console:report-duplicate", args=[again.pk])
    assert address in open_as(client, people.lin_lan, "report", again.pk)
    client.post(address, {"report": first.pk, "reason": "同一电话"})
    again.refresh_from_db()
    assert (again.status, again.duplicate_of, again.status_reason) == (
        "duplicate",
        first,
        "同一电话",
    )
    shown = open_as(client, people.lin_lan, "report", again.pk)
    assert reverse("console:report", args=[first.pk]) in shown
    assert client.post(address, {"report": first.pk}).status_code == 409


def test_a_task_is_cancelled_on_the_board_with_a_reason(
    client: Client, people: People, leak: Incident
) -> None:
    drafts = [TaskDraft(key="a", title="疏散群众", owner_label="章丘区政府")]
    (task,) = tasks_create(incident_id=leak.pk, drafts=drafts, by=people.lin_lan, now=NOW)
    address = reverse("console:task-cancel", args=[task.pk])
    client.force_login(people.lin_lan)
    assert address in client.get(reverse("console:tasks")).content.decode()
    assert client.post(address, {"note": " "}).status_code == 409
    client.post(address, {"note": "已由村委会完成"})
    assert Task.objects.get().status == "cancelled"
    client.force_login(people.zhou_heng)
    assert address not in client.get(reverse("console:tasks")).content.decode()
    assert client.post(address, {"note": "x"}).status_code == 403


def test_the_response_ends_while_the_incident_goes_on(
    client: Client, people: People, leak: Incident
) -> None:
    address = reverse("console:incident-end-response", args=[leak.pk])
    assert address not in open_as(client, people.gao_feng, "incident", leak.pk)
    response_start(
        incident_id=leak.pk,
        level=3,
        matter="液氨泄漏",
        expected_until=LATER + timedelta(hours=6),
        measures="疏散",
        by=people.gao_feng,
        now=NOW,
    )
    assert address in open_as(client, people.gao_feng, "incident", leak.pk)
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "泄漏已封堵，浓度降到安全限值以下"})
    leak.refresh_from_db()
    assert (leak.response_level, leak.status) == (None, "open")
    assert address not in open_as(client, people.gao_feng, "incident", leak.pk)


def test_an_issued_warning_is_updated_and_refers_to_the_one_before(
    client: Client, people: People, land: Places
) -> None:
    now = timezone.now()
    draft = warning_draft(
        division=land.zhangqiu,
        event_code="12A04",
        colour="orange",
        places=[(land.zhangqiu.code, "章丘区")],
        area=None,
        effective=now,
        expires=now + timedelta(hours=6),
        issuer="章丘区应急管理局",
        what="液氨泄漏，下风向有毒",
        by=people.lin_lan,
        now=now,
    )
    warning_approve(warning=draft, by=people.gao_feng, now=now)
    warning_issue(warning=draft, by=people.gao_feng, now=now)
    address = reverse("console:warning-update", args=[draft.pk])
    assert address in open_as(client, people.lin_lan, "warning", draft.pk)
    form = open_as(client, people.lin_lan, "warning-update", draft.pk)
    assert "章丘区" in form
    entered = {
        "reason": "泄漏量增大",
        "colour": "red",
        "places": [land.zhangqiu.code],
        "expires": timezone.localtime(now + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M"),
        "what": "泄漏扩大，影响范围扩大到下风向 2 公里",
        "instruction": "",
    }
    assert client.post(address, {**entered, "reason": ""}).status_code == 422
    client.post(address, entered)
    update = PublicWarning.objects.get(follows=draft)
    assert (update.status, update.kind, update.colour) == ("draft", "Update", "red")
    draft.refresh_from_db()
    assert draft.status == "issued"
    assert client.post(address, entered).status_code == 409
    warning_approve(warning=update, by=people.gao_feng, now=now)
    warning_issue(warning=update, by=people.gao_feng, now=now)
    alert = parse_cap(update.cap_xml.encode())
    assert alert.msg_type == "Update"
    assert [reference.identifier for reference in alert.references] == [draft.identifier]
    draft.refresh_from_db()
    assert draft.status == "updated"
    assert reverse("console:warning", args=[draft.pk]) in open_as(
        client, people.lin_lan, "warning", update.pk
    )
    listed = client.get(reverse("console:warnings"), {"status": "in_force"}).content.decode()
    assert reverse("console:warning", args=[update.pk]) in listed
    assert reverse("console:warning", args=[draft.pk]) not in listed
    file = client.get(reverse("console:warning-exchange", args=[update.pk]))
    assert b"http://com.icss.amp" in file.content
    assert "_12A04_RED_" in file.headers["Content-Disposition"]


def test_a_draft_has_no_file_for_the_national_system(
    client: Client, people: People, land: Places
) -> None:
    now = timezone.now()
    draft = warning_draft(
        division=land.zhangqiu,
        event_code="12A04",
        colour="orange",
        places=[(land.zhangqiu.code, "章丘区")],
        area=None,
        effective=now,
        expires=now + timedelta(hours=6),
        issuer="章丘区应急管理局",
        what="液氨泄漏",
        by=people.lin_lan,
        now=now,
    )
    client.force_login(people.lin_lan)
    answer = client.get(reverse("console:warning-exchange", args=[draft.pk]))
    assert answer.status_code == 409
    assert "已经发布的实战预警" in answer.content.decode()


def correction(leak: Incident, client: Client, **changes: str) -> dict[str, str]:
    """Return what the form would send, as it is filled, with some fields changed."""
    answer = client.get(reverse("console:incident-scenario", args=[leak.pk]))
    forms = [answer.context["hazard"], answer.context["form"]]
    sent = {f.html_name: f.value() for form in forms for f in form}
    return {name: "" if value is None else str(value) for name, value in sent.items()} | changes


def test_the_scenario_is_corrected_with_a_reason_and_the_form_loses_nothing(
    client: Client, people: People, leak: Incident
) -> None:
    address = reverse("console:incident-scenario", args=[leak.pk])
    assert address in open_as(client, people.lin_lan, "incident", leak.pk)
    same = correction(leak, client, reason="复核")
    answer = client.post(address, same)
    assert answer.status_code == 422
    assert "没有任何更改" in answer.content.decode()
    assert client.post(address, {**same, "reason": ""}).status_code == 422
    fixed = {**same, "hazard-hole_mm": "20", "hazard-wind_speed": "4"}
    assert client.post(address, fixed).status_code == 302
    leak.refresh_from_db()
    assert leak.scenario == {**SCENARIO, "hole_diameter_m": 0.02}
    assert leak.weather == {"wind_speed": 4.0, "wind_from_deg": 230.0, "is_day": True}
    entry = JournalEntry.objects.get(verb="incident.scenario_corrected")
    assert entry.actor == people.lin_lan
    assert "孔径（m）：0.05 → 0.02" in entry.payload
    assert "复核" in entry.reasons
    assert client.post(address, {**fixed, "hazard-hole_mm": "30"}).status_code == 409


def test_a_value_that_no_forecast_reads_is_refused_at_its_field(
    client: Client, people: People, leak: Incident
) -> None:
    client.force_login(people.lin_lan)
    address = reverse("console:incident-scenario", args=[leak.pk])
    sent = correction(leak, client, reason="x", **{"hazard-hole_mm": "0.1"})
    assert client.post(address, sent).status_code == 422
    leak.refresh_from_db()
    assert leak.scenario == SCENARIO


@pytest.fixture
def known(people: People, land: Places) -> None:
    """A plan in force, crews and a store near the scene."""
    text = example_texts()["hazardous_chemicals.toml"]
    version = plan_import(text=text, division=land.jinan, by=people.xu_jing, now=NOW)
    plan_approve(version=version, by=people.gao_feng, now=NOW, reason="测试批准")
    here: dict[str, Any] = {"division": land.zhangqiu, "observed_at": NOW}
    for number in range(3):
        ResponseUnit.objects.create(
            name=f"危化{number}组",
            kind="hazmat_crew",
            location=Point(117.55, 36.84 + number / 100),
            **here,
        )
    store = Warehouse.objects.create(name="章丘库", location=Point(117.5, 36.95), **here)
    for item in ("chemical_suit", "scba"):
        Stock.objects.create(
            name=f"章丘库·{item}", warehouse=store, item=item, quantity=30, measure="套", **here
        )


def decide(package: Package, kind: str, people: People, decision: str = "approved") -> list[str]:
    part = package_part_decide(
        part_id=package.parts.get(kind=kind).pk,
        decision=decision,
        reason="x" if decision == "rejected" else "",
        by=people.gao_feng,
        now=LATER,
    )
    return list(part.effects)


def test_a_corrected_scenario_makes_a_new_version_that_says_what_changed(
    client: Client,
    people: People,
    leak: Incident,
    known: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)  # at night the zone is longer
    before = package_build(incident_id=leak.pk, by=people.lin_lan, now=LATER)
    decide(before, "units", people)
    decide(before, "supplies", people)
    decide(before, "warning", people)
    out = set(ResponseUnit.objects.filter(status="dispatched").values_list("pk", flat=True))
    reserved = dict(Stock.objects.values_list("item", "reserved"))
    assert out
    assert any(reserved.values())
    client.force_login(people.lin_lan)
    sent = correction(leak, client, reason="孔径核实为 150 mm", then="build")
    answer = client.post(
        reverse("console:incident-scenario", args=[leak.pk]), {**sent, "hazard-hole_mm": "150"}
    )
    after = Package.objects.get(version=2)
    assert answer.headers["Location"] == reverse("console:package", args=[after.pk])
    shown = open_as(client, people.gao_feng, "package", after.pk)
    assert "孔径（m）：0.05 → 0.15" in shown
    assert 'id="changes"' in shown
    assert shown.count("第 1 版的这一项已批准") == 3
    # Nothing moved yet: what is approved stays in force until the new part is decided.
    assert set(leak.tasks.exclude(status="cancelled").values_list("status", flat=True)) <= {
        "waiting",
        "ready",
    }
    assert dict(Stock.objects.values_list("item", "reserved")) == reserved
    # The incident's own crews and goods may be planned with again, and are not taken twice.
    proposed = {row["id"] for row in after.parts.get(kind="units").content["units"]}
    assert out <= proposed
    assert decide(after, "units", people) == ["没有新任务"]
    assert not any("不足" in line for line in decide(after, "supplies", people))
    for stock in Stock.objects.all():
        rows = leak.reservations.filter(stock=stock, released_at=None)
        assert stock.reserved == sum(row.quantity for row in rows)
    decide(after, "warning", people)
    assert PublicWarning.objects.filter(status="draft").count() == 1
    assert PublicWarning.objects.filter(status="withdrawn").count() == 1


def test_a_new_version_of_the_warning_updates_the_one_that_was_issued(
    people: People, leak: Incident, known: None
) -> None:
    now = timezone.now()
    first = package_build(incident_id=leak.pk, by=people.lin_lan, now=now)
    package_part_decide(
        part_id=first.parts.get(kind="warning").pk, decision="approved", by=people.gao_feng, now=now
    )
    issued = PublicWarning.objects.get()
    warning_approve(warning=issued, by=people.gao_feng, now=now)
    warning_issue(warning=issued, by=people.gao_feng, now=now)
    second = package_build(incident_id=leak.pk, by=people.lin_lan, now=now)
    package_part_decide(
        part_id=second.parts.get(kind="warning").pk,
        decision="approved",
        by=people.gao_feng,
        now=now,
    )
    update = PublicWarning.objects.get(follows=issued)
    assert (update.kind, update.drafted_by) == ("Update", people.lin_lan)


def test_the_pages_of_incident_and_stock_show_what_is_promised(
    client: Client, people: People, leak: Incident, known: None
) -> None:
    package = package_build(incident_id=leak.pk, by=people.lin_lan, now=LATER)
    decide(package, "supplies", people)
    row = leak.reservations.first()
    assert row is not None
    assert row.stock.name in open_as(client, people.lin_lan, "incident", leak.pk)
    client.force_login(people.zhou_heng)
    shown = client.get(reverse("console:record", args=["stock", row.stock_id])).content.decode()
    assert "占用明细" in shown
    assert leak.title in shown


def call(**changes: str) -> dict[str, str]:
    """Return a report as it is typed during the call."""
    return {
        "text": "氨气泄漏",
        "event_code": "12A04",
        "longitude": "117.52",
        "latitude": "36.8",
        "occurred_at": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
        "channel": "phone",
        "hazard-substance": "液氨",
    } | changes


def test_a_leak_of_something_unknown_is_entered_and_named_later(
    client: Client, people: People, land: Places
) -> None:
    client.force_login(people.lin_lan)
    unknown = call(**{"hazard-substance": "", "hazard-wind_speed": "3"})
    assert client.post(reverse("console:report-new"), unknown).status_code == 302
    report = Report.objects.get()
    client.post(reverse("console:report-verify", args=[report.pk]))
    report.refresh_from_db()
    assert report.incident is not None
    assert report.incident.scenario == {"kind": "gas_release"}
    address = reverse("console:incident-scenario", args=[report.incident.pk])
    said = {"reason": "现场确认", "hazard-wind_speed": "5", "then": "stay"}
    for more in ({}, {"hazard-substance": "氯"}):
        seen = client.get(address).context["form"].initial["seen"]
        assert client.post(address, said | more | {"seen": seen}).status_code == 302
    assert Incident.objects.get().scenario["substance"] == "氯"


def test_all_that_is_wrong_with_a_report_is_said_at_once(
    client: Client, people: People, land: Places
) -> None:
    client.force_login(people.lin_lan)
    wrong = {"occurred_at": "2099-01-01 00:00", "injured": "-3", "longitude": "0"}
    sent = call(**wrong, **{"hazard-wind_speed": "900"})
    page = client.post(reverse("console:report-new"), sent).content.decode()
    for said in ("不能晚于现在", "不能为负数", "不在本平台的任何行政区划内", "收到 900"):
        assert said in page
    assert not Report.objects.exists()


@pytest.mark.parametrize("field", ["text", "place", "reporter_name", "reporter_unit"])
def test_a_report_with_words_that_mislead_is_refused_at_the_field(
    client: Client, people: People, land: Places, field: str
) -> None:
    client.force_login(people.lin_lan)
    entered = call()
    answer = client.post(reverse("console:report-new"), {**entered, field: "园区\u202e号二"})
    assert answer.status_code == 200
    said = " ".join(answer.context["form"].errors[field])
    assert "看不见的字符" in said
    assert "U+202E" in said
    assert not Report.objects.exists()


def test_elements_are_stated_on_the_page_of_the_incident(
    client: Client, people: People, leak: Incident
) -> None:
    page = open_as(client, people.lin_lan, "incident", leak.pk)
    assert 'name="element-verified_loss"' in page
    shown = {"initial-element-unit_name": "齐鲁化工有限公司"}
    address = reverse("console:incident-elements", args=[leak.pk])
    sent = {**shown, "element-unit_name": "齐鲁化工有限公司", "element-source": "企业电话"}
    answer = client.post(address, sent | {"element-verified_loss": "一百"})
    assert answer.status_code == 422
    assert "收到 一百" in answer.content.decode()
    answer = client.post(address, sent | {"element-cause": "垫片老化", "element-direct_loss": "80"})
    assert answer.status_code == 302
    details = Incident.objects.get(pk=leak.pk).details
    assert (details["cause"], details["direct_loss"]) == ("垫片老化", 80.0)
    assert list(details["stated"]) == ["direct_loss", "cause"]
    late = client.post(address, sent | {"element-cause": "操作失误"})
    assert late.status_code == 409
    assert "刚刚被他人更新" in late.content.decode()


def test_a_draft_that_is_out_of_date_is_drafted_again_from_its_page(
    client: Client, people: People, leak: Incident
) -> None:
    client.force_login(people.gao_feng)
    client.post(reverse("console:official-draft", args=[leak.pk]), {"kind": "initial"})
    report = leak.official_reports.get()
    change = {"text": f"{report.text}\n请求支援。", "recipient": "省应急管理厅"}
    client.post(reverse("console:official-edit", args=[report.pk]), change)
    figures = {"deaths": "1", "source": "市立五院"}
    client.post(reverse("console:incident-casualties", args=[leak.pk]), figures)
    refused = client.post(reverse("console:official-sign", args=[report.pk]))
    assert "起草后有更新" in refused.content.decode()
    drafting = reverse("console:official-draft", args=[leak.pk])
    kept = client.post(drafting, {"kind": "initial"}, follow=True).content.decode()
    assert "没有重新起草" in kept
    assert "请求支援" in kept
    anew = client.post(drafting, {"kind": "initial", "anew": "1"}, follow=True).content.decode()
    assert "死亡1人" in anew
    client.post(reverse("console:official-sign", args=[report.pk]))
    report.refresh_from_db()
    assert (report.status, report.recipient) == ("signed", "省应急管理厅")


def test_a_closed_incident_leaves_no_warning_to_approve_and_no_form_to_fill(
    client: Client, people: People, land: Places, leak: Incident
) -> None:
    draft = warning_draft(
        division=land.zhangqiu,
        event_code="12A04",
        colour="red",
        places=[(land.zhangqiu.code, "章丘区")],
        area=None,
        effective=NOW,
        expires=NOW + timedelta(hours=6),
        issuer="章丘区应急管理局",
        what="液氨泄漏，下风向有毒",
        by=people.lin_lan,
        now=NOW,
        incident_id=leak.pk,
    )
    client.force_login(people.gao_feng)
    board = f"{reverse('console:tasks')}?incident={leak.pk}"
    assert "下达全部待下达任务" in client.get(board).content.decode()
    client.post(reverse("console:incident-close", args=[leak.pk]), {"reason": "泄漏已止"})
    draft.refresh_from_db()
    assert draft.status == "withdrawn"
    assert "下达全部待下达任务" not in client.get(board).content.decode()
    page = client.get(reverse("console:incident-scenario", args=[leak.pk]), follow=True)
    assert "事件已办结，情景与气象不再更正" in page.content.decode()


@pytest.mark.parametrize(
    ("webhook", "told"),
    [
        ("", "1 条消息只存入发件箱，没有外发，请电话通知对方"),
        ("https://gateway.example.org/orders", "已下达，共 2 条消息进入发件箱"),
    ],
)
def test_giving_out_orders_says_whether_anything_leaves_the_platform(
    client: Client, people: People, leak: Incident, settings: Any, webhook: str, told: str
) -> None:
    settings.ANLAN_WEBHOOK = webhook
    draft = TaskDraft(key="a", title="疏散下风向群众", owner_label="章丘区政府")
    tasks_create(incident_id=leak.pk, drafts=[draft], by=people.lin_lan, now=NOW)
    client.force_login(people.gao_feng)
    answer = client.post(reverse("console:orders-send", args=[leak.pk]), follow=True)
    assert told in answer.content.decode()
