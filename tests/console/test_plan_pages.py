"""A plan from the file of one person to the approval of another, over the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from anlan.core.models import JournalEntry
from anlan.plans.choices import PlanStatus
from anlan.plans.models import PlanVersion
from anlan.plans.selectors import example_texts

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from kit.people import People

TEXT = example_texts()["hazardous_chemicals.toml"]
PATH = "/plans/import/"


def send(client: Client, text: str, *, button: str = "keep") -> HttpResponse:
    return client.post(PATH, {"text": text, button: "1"})  # type: ignore[return-value]


@pytest.fixture
def draft(client: Client, people: People) -> PlanVersion:
    client.force_login(people.xu_jing)
    send(client, TEXT)
    return PlanVersion.objects.get()


def test_a_pasted_plan_becomes_a_draft(client: Client, draft: PlanVersion) -> None:
    assert (draft.status, draft.text) == (PlanStatus.DRAFT, TEXT)
    page = client.get(reverse("console:plan", args=[draft.pk])).content.decode()
    assert "这一版由您导入" in page
    assert "批准，立即生效" not in page


def test_an_uploaded_plan_keeps_its_name_and_its_line_ends_do_not_matter(
    client: Client, people: People
) -> None:
    client.force_login(people.xu_jing)
    crlf = TEXT.replace("\n", "\r\n").encode("utf-8-sig")
    file = SimpleUploadedFile("危化预案.toml", crlf)
    assert client.post(PATH, {"file": file, "keep": "1"}).status_code == 302
    version = PlanVersion.objects.get()
    assert (version.file_name, version.text) == ("危化预案.toml", TEXT)


def test_checking_only_stores_nothing(client: Client, people: People) -> None:
    client.force_login(people.xu_jing)
    answer = send(client, TEXT, button="check")
    assert answer.status_code == 200
    assert "检查通过" in answer.content.decode()
    assert not PlanVersion.objects.exists()


def test_a_refusal_names_line_field_rule_and_value_and_keeps_the_text(
    client: Client, people: People
) -> None:
    client.force_login(people.xu_jing)
    wrong = TEXT.replace('owner = "ecology"', 'owner = "ecologist"', 1)
    line = wrong.split("\n").index('owner = "ecologist"') + 1
    for button in ("keep", "check"):
        answer = send(client, wrong, button=button)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert f'data-goto="{line}"' in page
        for words in (
            "unknown-post",
            "ecologist",
            "岗位代码不存在",
            "owner = &quot;ecologist&quot;",
        ):
            assert words in page
    assert not PlanVersion.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "请选择文件"),
        ({"file": SimpleUploadedFile("a.toml", "预案".encode("gbk"))}, "不是 UTF-8"),
        ({"file": SimpleUploadedFile("a.toml", b"x" * 1_000_001)}, "超过 1 MB"),
        ({"text": "[[["}, "不是合法的TOML"),
        ({"text": "a = " + "[" * 3000}, "没有存入"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(
    client: Client, people: People, data: dict[str, object], words: str
) -> None:
    client.force_login(people.xu_jing)
    answer = client.post(PATH, data | {"keep": "1"})
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_plan_for_a_place_that_is_not_ones_own_is_refused(client: Client, people: People) -> None:
    client.force_login(people.xu_jing)
    other = TEXT.replace('scope = "000000000000"', 'scope = "371500000000"')
    answer = send(client, other.replace("example = true", "example = false"))
    assert answer.status_code == 400
    assert "不在您的管辖范围" in answer.content.decode()


def test_the_same_version_with_other_words_is_told(client: Client, draft: PlanVersion) -> None:
    answer = send(client, TEXT + "\n# 改动\n")
    assert answer.status_code == 400
    assert "请修改文本中的 version" in answer.content.decode()


def test_a_second_person_approves_with_a_reason(
    client: Client, people: People, draft: PlanVersion
) -> None:
    path = reverse("console:plan-approve", args=[draft.pk])
    client.post(path, {"reason": "自己批"})
    draft.refresh_from_db()
    assert draft.status == PlanStatus.DRAFT
    client.force_login(people.gao_feng)
    client.post(path, {"reason": " "})
    draft.refresh_from_db()
    assert draft.status == PlanStatus.DRAFT
    assert "批准，立即生效" in client.get(reverse("console:plan", args=[draft.pk])).content.decode()
    client.post(path, {"reason": "会议纪要3号"})
    draft.refresh_from_db()
    assert (draft.status, draft.decided_by) == (PlanStatus.APPROVED, people.gao_feng)
    entry = JournalEntry.objects.order_by("seq").last()
    assert entry is not None
    assert (entry.verb, entry.actor) == ("plan.approved", people.gao_feng)


def test_a_new_version_is_compared_with_the_one_in_force(
    client: Client, people: People, draft: PlanVersion
) -> None:
    first = reverse("console:plan-difference", args=[draft.pk])
    assert client.get(first).status_code == 404
    client.force_login(people.gao_feng)
    client.post(reverse("console:plan-approve", args=[draft.pk]), {"reason": "试用"})
    client.force_login(people.xu_jing)
    changed = TEXT.replace('version = "2026.1"', 'version = "2026.2"')
    changed = changed.replace("expected_hours = ", "expected_hours = 1", 1)
    send(client, changed)
    newer = PlanVersion.objects.get(version="2026.2")
    page = client.get(reverse("console:plan-difference", args=[newer.pk])).content.decode()
    assert "预计时长（小时）" in page
    assert 'class="plus"' in page
    assert "version = &quot;2026.2&quot;" in page


def test_the_text_of_a_version_comes_back_as_it_was_checked(
    client: Client, draft: PlanVersion
) -> None:
    answer = client.get(reverse("console:plan-text", args=[draft.pk]))
    assert answer.content.decode() == TEXT


def test_what_the_register_lacks_stands_on_the_page(client: Client, draft: PlanVersion) -> None:
    page = client.get(reverse("console:plan", args=[draft.pk])).content.decode()
    assert "没有登记" in page
    assert reverse("console:record-list", args=["post"]) in page
