"""Reports, incidents, tasks, messages and official reports."""

from anlan.command.models.incident import FIGURES, CasualtyUpdate, Incident, ReportingClock
from anlan.command.models.official_report import OfficialReport
from anlan.command.models.order import OutboxMessage
from anlan.command.models.package import Package, PackagePart
from anlan.command.models.report import CASUALTY_FIELDS, Report
from anlan.command.models.reservation import StockReservation
from anlan.command.models.task import Task, TaskReceipt

__all__ = [
    "CASUALTY_FIELDS",
    "FIGURES",
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
