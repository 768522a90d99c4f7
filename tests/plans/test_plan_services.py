"""A plan from import to withdrawal, with the journal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from anlan.core.models import JournalEntry, Post, Unit
from anlan.plans.choices import PlanStatus
from anlan.plans.models import PlanVersion
from anlan.plans.rules import PlanRefusedError
from anlan.plans.selectors import (
    city_vocabulary,
    example_texts,
    plan_content,
    plans_in_force,
    plans_visible_to,
)
from anlan.plans.services import (
    PlanDecisionError,
    SameVersionError,
    plan_approve,
    plan_import,
    plan_withdraw,
)

if TYPE_CHECKING:
    from kit.people import People, Places

NOW = datetime(2026, 8, 11, 2, 30, tzinfo=UTC)
TEXT = example_texts()["hazardous_chemicals.toml"]


@pytest.fixture
def draft(places: Places, people: People) -> PlanVersion:
    return plan_import(
        text=TEXT, division=places.jinan, by=people.xu_jing, now=NOW, file_name="hazmat.toml"
    )


def test_an_import_stores_the_text_as_a_draft_and_journals_it(draft: PlanVersion) -> None:
    assert draft.status == PlanStatus.DRAFT
    assert draft.text == TEXT
    assert len(draft.checksum) == 64
    assert draft.example
    entry = JournalEntry.objects.get(subject_type="plans.planversion")
    assert (entry.verb, entry.subject_id) == ("plan.imported", str(draft.pk))
    assert plan_content(draft).id == "example-hazmat"


def test_the_same_text_is_stored_once(draft: PlanVersion, places: Places, people: People) -> None:
    again = plan_import(text=TEXT, division=places.jinan, by=people.xu_jing, now=NOW)
    assert again.pk == draft.pk
    assert JournalEntry.objects.count() == 1


def test_other_words_need_another_version(draft: PlanVersion, places: Places) -> None:
    with pytest.raises(SameVersionError, match="version"):
        plan_import(text=TEXT + "\n# 改动\n", division=places.jinan, by=None, now=NOW)


def test_a_text_with_errors_is_not_stored(places: Places) -> None:
    with pytest.raises(PlanRefusedError) as refused:
        plan_import(
            text=TEXT.replace('owner = "ecology"', 'owner = "ecologist"', 1),
            division=places.jinan,
            by=None,
            now=NOW,
            file_name="hazmat.toml",
        )
    assert str(refused.value.findings[0]).startswith("hazmat.toml:")
    assert not PlanVersion.objects.exists()


def test_a_plan_that_names_a_post_the_city_lacks_is_refused(places: Places) -> None:
    unit = Unit.objects.create(
        name="市应急管理局", division=places.jinan, location="POINT (117 36.6)"
    )
    Post.objects.create(name="值班员", code="city_duty_officer", division=places.jinan, unit=unit)
    assert set(city_vocabulary(places.jinan.code).posts) == {"city_duty_officer"}
    with pytest.raises(PlanRefusedError, match="岗位代码不存在"):
        plan_import(text=TEXT, division=places.jinan, by=None, now=NOW)


def test_nobody_approves_his_own_text(draft: PlanVersion, people: People) -> None:
    with pytest.raises(PlanDecisionError, match="另一人"):
        plan_approve(version=draft, by=people.xu_jing, now=NOW, reason="同意")
    with pytest.raises(PlanDecisionError, match="理由"):
        plan_approve(version=draft, by=people.gao_feng, now=NOW, reason=" ")
    assert not plans_in_force().exists()


def test_a_new_version_takes_the_place_of_the_old(
    draft: PlanVersion, places: Places, people: People
) -> None:
    plan_approve(version=draft, by=people.gao_feng, now=NOW, reason="试用")
    newer = plan_import(
        text=TEXT.replace('version = "2026.1"', 'version = "2026.2"'),
        division=places.jinan,
        by=people.xu_jing,
        now=NOW,
    )
    plan_approve(version=newer, by=people.gao_feng, now=NOW, reason="修订")
    draft.refresh_from_db()
    assert draft.status == PlanStatus.WITHDRAWN
    assert "2026.2" in draft.reason
    assert list(plans_in_force()) == [newer]
    verbs = list(JournalEntry.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs[-2:] == ["plan.withdrawn", "plan.approved"]


def test_two_versions_approved_in_the_same_moment_are_told_not_crashed(
    draft: PlanVersion, places: Places, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = plan_import(
        text=TEXT.replace('version = "2026.1"', 'version = "2026.2"'),
        division=places.jinan,
        by=people.xu_jing,
        now=NOW,
    )
    plan_approve(version=draft, by=people.gao_feng, now=NOW, reason="试用")

    def blind(*_args: object, **_kwargs: object) -> object:
        return PlanVersion.objects.none()

    monkeypatch.setattr("anlan.plans.services._in_force", blind)
    with pytest.raises(PlanDecisionError, match="刷新"):
        plan_approve(version=newer, by=people.gao_feng, now=NOW, reason="修订")
    assert list(plans_in_force()) == [draft]


def test_a_withdrawn_plan_does_not_come_back(draft: PlanVersion, people: People) -> None:
    plan_withdraw(version=draft, by=people.gao_feng, now=NOW, reason="过时")
    with pytest.raises(PlanDecisionError, match="已停用"):
        plan_approve(version=draft, by=people.gao_feng, now=NOW, reason="再用")
    with pytest.raises(PlanDecisionError):
        plan_withdraw(version=draft, by=people.gao_feng, now=NOW, reason="再停")


def test_a_plan_of_the_city_is_not_seen_by_another_city(draft: PlanVersion, people: People) -> None:
    assert list(plans_visible_to(people.lin_lan)) == [draft]
    assert not plans_visible_to(people.sun_yuan).exists()
    assert not plans_visible_to(people.wang_guilan).exists()


def test_every_resource_of_a_plan_is_a_kind_that_the_register_counts() -> None:
    from anlan.plans.rules import shipped_vocabulary
    from anlan.register.choices import StockItem, UnitKind

    assert set(shipped_vocabulary().resource_kinds) <= {*UnitKind.values, *StockItem.values}
