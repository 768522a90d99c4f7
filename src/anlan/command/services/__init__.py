"""Everything that changes something in this room."""

from anlan.command.services.clocks import clock_meet
from anlan.command.services.elements import elements_state
from anlan.command.services.grades import incident_regrade
from anlan.command.services.incidents import (
    casualties_update,
    incident_close,
    response_end,
    response_start,
)
from anlan.command.services.official_reports import (
    official_report_draft,
    official_report_edit,
    official_report_send,
    official_report_sign,
)
from anlan.command.services.orders import (
    order_deliver,
    order_send_all,
    receipt_message,
    receipt_take,
    receipt_token,
)
from anlan.command.services.packages import package_build, package_part_decide
from anlan.command.services.public import public_reports_take
from anlan.command.services.reports import (
    report_attach,
    report_mark_duplicate,
    report_problems,
    report_receive,
    report_reject,
    report_verify,
)
from anlan.command.services.scenario import scenario_correct
from anlan.command.services.tasks import task_advance, task_cancel, tasks_create

__all__ = [
    "casualties_update",
    "clock_meet",
    "elements_state",
    "incident_close",
    "incident_regrade",
    "official_report_draft",
    "official_report_edit",
    "official_report_send",
    "official_report_sign",
    "order_deliver",
    "order_send_all",
    "package_build",
    "package_part_decide",
    "public_reports_take",
    "receipt_message",
    "receipt_take",
    "receipt_token",
    "report_attach",
    "report_mark_duplicate",
    "report_problems",
    "report_receive",
    "report_reject",
    "report_verify",
    "response_end",
    "response_start",
    "scenario_correct",
    "task_advance",
    "task_cancel",
    "tasks_create",
]
