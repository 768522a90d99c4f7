"""Choices of the command room. Grade, response level and warning colour are three things."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = [
    "ChannelKind",
    "ClockKind",
    "IncidentGrade",
    "IncidentStatus",
    "MessageStatus",
    "OfficialReportKind",
    "OfficialReportStatus",
    "PackageStatus",
    "PartKind",
    "PartStatus",
    "ReceiptKind",
    "ReportChannel",
    "ReportStatus",
    "ResponseLevel",
    "TaskStatus",
]


class IncidentGrade(models.IntegerChoices):
    """How grave the event is (突发事件应对法 2024, article 3). 1 is the gravest."""

    EXTREME = 1, _("特别重大")
    MAJOR = 2, _("重大")
    SERIOUS = 3, _("较大")
    GENERAL = 4, _("一般")


class ResponseLevel(models.IntegerChoices):
    """How much we set in motion (突发事件应对法 2024, article 71). 1 is the highest."""

    I = 1, _("一级")  # noqa: E741
    II = 2, _("二级")
    III = 3, _("三级")
    IV = 4, _("四级")


class ReportChannel(models.TextChoices):
    """How a report reached us."""

    PHONE = "phone", _("电话")
    APP = "app", _("移动端")
    SENSOR = "sensor", _("监测设备")
    WALK_IN = "walk_in", _("当面")
    OTHER = "other", _("其他")


class ReportStatus(models.TextChoices):
    """What became of a report."""

    NEW = "new", _("待核实")
    VERIFIED = "verified", _("已核实")
    DUPLICATE = "duplicate", _("重复")
    REJECTED = "rejected", _("不属实")
    MERGED = "merged", _("已并入")


class IncidentStatus(models.TextChoices):
    """Whether we still act."""

    OPEN = "open", _("处置中")
    CLOSED = "closed", _("已结束")


class ClockKind(models.TextChoices):
    """What a reporting rule demands (report_deadlines, column `kind`)."""

    DEADLINE = "deadline", _("限时")
    IMMEDIATE = "immediate", _("立即")
    INTERVAL = "interval", _("定期续报")
    WINDOW = "window", _("补报期限")


class TaskStatus(models.TextChoices):
    """Where a task stands, in the order it is lived through."""

    WAITING = "waiting", _("等待前置")
    READY = "ready", _("待下达")
    SENT = "sent", _("已下达")
    ACCEPTED = "accepted", _("已签收")
    DOING = "doing", _("执行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("未完成")
    CANCELLED = "cancelled", _("已取消")


class ReceiptKind(models.TextChoices):
    """What the receiver of a task says."""

    ACCEPTED = "accepted", _("签收")
    DOING = "doing", _("开始执行")
    DONE = "done", _("已完成")
    FAILED = "failed", _("无法完成")


class ChannelKind(models.TextChoices):
    """By which way a message goes out."""

    IN_APP = "in_app", _("平台内")
    EMAIL = "email", _("电子邮件")
    WEBHOOK = "webhook", _("接口推送")
    OUTBOX = "outbox", _("发件箱")


class MessageStatus(models.TextChoices):
    """What became of a message."""

    QUEUED = "queued", _("待发送")
    HELD_EXERCISE = "held_exercise", _("演练不外发")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    RECEIPTED = "receipted", _("已回执")


class OfficialReportKind(models.TextChoices):
    """The chain of official reports: 初报, 续报 (一, 二, …), 终报."""

    INITIAL = "initial", _("初报")
    FOLLOW_UP = "follow_up", _("续报")
    FINAL = "final", _("终报")


class OfficialReportStatus(models.TextChoices):
    """Where an official report stands."""

    DRAFT = "draft", _("草稿")
    SIGNED = "signed", _("已签发")
    SENT = "sent", _("已报出")


class PackageStatus(models.TextChoices):
    """Where a response package stands."""

    BUILDING = "building", _("生成中")
    PROPOSED = "proposed", _("待审定")
    DECIDED = "decided", _("已审定")
    SUPERSEDED = "superseded", _("已被新版取代")


class PartStatus(models.TextChoices):
    """What a person decided about one part."""

    PROPOSED = "proposed", _("待审定")
    APPROVED = "approved", _("同意")
    EDITED = "edited", _("修改后同意")
    REJECTED = "rejected", _("不同意")


class PartKind(models.TextChoices):
    """The parts of a package, in their order."""

    FORECAST = "forecast", _("预测范围")
    EXPOSURE = "exposure", _("影响对象")
    LEVEL = "level", _("响应级别")
    TASKS = "tasks", _("任务")
    UNITS = "units", _("救援力量")
    HOSPITALS = "hospitals", _("医疗救治")
    SHELTERS = "shelters", _("转移安置")
    SUPPLIES = "supplies", _("物资保障")
    CLOSURES = "closures", _("交通管制")
    WARNING = "warning", _("预警信息")
    REPORT = "report", _("信息初报")
