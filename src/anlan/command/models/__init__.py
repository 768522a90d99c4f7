"""Reports, incidents, tasks, messages and official reports."""

from anlan.command.models.incident import CasualtyUpdate, Incident, ReportingClock
from anlan.command.models.official_report import OfficialReport
from anlan.command.models.order import OutboxMessage
from anlan.command.models.package import Package, PackagePart
from anlan.command.models.report import Report
from anlan.command.models.reservation import StockReservation
from anlan.command.models.task import Task, TaskReceipt

__all__ = [
    "CasualtyUpdate",
    "Incident",
    "OfficialReport",
    "OutboxMessage",
    "Package",
    "PackagePart",
    "Report",
    "ReportingClock",
    "StockReservation",
    "Task",
    "TaskReceipt",
]
