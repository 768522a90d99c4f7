"""What decides about plans: reading, checking, matching, laying out. No Django here."""

from anlan.plans.rules.activation import activation_tasks, planned_resources
from anlan.plans.rules.difference import Difference, plan_difference
from anlan.plans.rules.loading import PlanRefusedError, Reading, load_plan, read_plan, scope_finding
from anlan.plans.rules.matching import match_plans
from anlan.plans.rules.one_page import one_page
from anlan.plans.rules.readiness import Gap, PostState, plan_gaps, shared_claims
from anlan.plans.rules.vocabulary import (
    event_code_covers,
    shipped_vocabulary,
    trusting_vocabulary,
)

__all__ = [
    "Difference",
    "Gap",
    "PlanRefusedError",
    "PostState",
    "Reading",
    "activation_tasks",
    "event_code_covers",
    "load_plan",
    "match_plans",
    "one_page",
    "plan_difference",
    "plan_gaps",
    "planned_resources",
    "read_plan",
    "scope_finding",
    "shared_claims",
    "shipped_vocabulary",
    "trusting_vocabulary",
]
