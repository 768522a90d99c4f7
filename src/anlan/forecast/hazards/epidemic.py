"""Forecast of an epidemic: who falls ill where and when, and the beds that it asks for.

A scenario among ages and districts (SEIR). With an upload of reported cases it is fitted to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from anlan.forecast.fields import CHOICE, FILE, Field, Inputs, Spread, read_fields
from anlan.forecast.hazards.count_files import DAY, read_counts
from anlan.forecast.hazards.epidemic_courses import (
    BY_CHANCE,
    fit_report,
    follow,
    follow_fit,
)
from anlan.forecast.hazards.epidemic_groups import groups_of
from anlan.forecast.hazards.epidemic_result import tell
from anlan.forecast.hazards.epidemic_told import Told, other
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Assumption
from anlan.science.epidemic.contacts import Measure, contact_multiplier
from anlan.science.epidemic.seir import Disease

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from anlan.forecast.hazards.count_files import Counts
    from anlan.forecast.hazards.epidemic_courses import Courses, Fit
    from anlan.forecast.hazards.epidemic_groups import Groups
    from anlan.forecast.hazards.epidemic_told import Other
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Forecast

__all__ = ["DISEASES", "MODEL", "run_epidemic"]

KIND: Final = "epidemic"
FIRST_CHANCES: Final = 6
"""Courses by chance behind the range of a first answer."""

FILE_KEY: Final = "cases_file"
FIELD: Final = f"scenario.{FILE_KEY}"
FEWEST_DAYS: Final = 14
"""Days of a report from which a fit says something."""

DISEASES: Final[Mapping[str, Mapping[str, float]]] = {
    "new_respiratory": {
        "r0": 2.4,
        "latent_d": 3.7,
        "infectious_d": 3.5,
        "symptomatic": 0.7,
        "silent_factor": 0.55,
        "severity_factor": 1.0,
    },
    "influenza": {
        "r0": 1.5,
        "latent_d": 1.5,
        "infectious_d": 3.0,
        "symptomatic": 0.67,
        "silent_factor": 0.5,
        "severity_factor": 0.1,
    },
}
"""How infections run: orders of size from memory, examples (示例，待确认)."""

NAMES: Final = {
    "new_respiratory": "新发呼吸道传染病（示例）",
    "influenza": "流行性感冒（示例）",
}
R0_SPREAD: Final = Spread(low=0.85, high=1.15)

FIELDS: Final = (
    Field(
        key="disease",
        title="病种",
        kind=CHOICE,
        choices=NAMES,
        default="new_respiratory",
        basis="示例病种，参数待确认",
        help="决定下面各项的默认值",
    ),
    Field(
        key="infected",
        title="目前已感染人数",
        unit="人",
        low=1,
        high=1e6,
        default=20.0,
        basis="平台示例",
        spread=Spread(low=0.5, high=2.0),
        help="含未发现的；上传病例后按病例推算，不用此项",
    ),
    Field(
        key="days",
        title="推演天数",
        unit="天",
        low=14,
        high=365,
        default=120.0,
        basis="平台默认",
    ),
    Field(
        key="contact_cut",
        title="干预减少接触",
        unit="%",
        scale=0.01,
        low=0,
        high=0.95,
        default=0.0,
        basis="不采取措施，最坏读法",
        help="停课、限制聚集、戴口罩等合计减少的接触",
    ),
    Field(
        key="measure_day",
        title="干预从第几天起",
        unit="天",
        low=0,
        high=365,
        default=14.0,
        basis="平台默认",
    ),
    Field(
        key="measure_days",
        title="干预持续",
        unit="天",
        low=1,
        high=365,
        help="不填按持续到推演结束",
    ),
    Field(
        key=FILE_KEY,
        title="每日报告病例（CSV）",
        kind=FILE,
        help="列：date,count[,district]；不少于 14 天，没有病例写 0",
    ),
    Field(
        key="r0",
        title="基本再生数 R0",
        low=0.1,
        high=30,
        spread=R0_SPREAD,
        help="不填按病种；上传病例后按病例推算",
    ),
    Field(key="latent_d", title="潜隐期", unit="天", low=0.1, high=60, help="不填按病种"),
    Field(key="infectious_d", title="传染期", unit="天", low=0.1, high=60, help="不填按病种"),
    Field(
        key="immune",
        title="已有免疫比例",
        unit="%",
        scale=0.01,
        low=0,
        high=0.95,
        default=0.0,
        basis="无人免疫，最坏读法",
    ),
    Field(
        key="severity_factor",
        title="重症程度（示例表的倍数）",
        low=0.01,
        high=3,
        spread=Spread(low=0.5, high=1.5),
        help="不填按病种；住院与重症比例表为示例，待确认",
    ),
    Field(
        key="sets_a_bed_day",
        title="每床日防护用品",
        unit="套",
        low=0,
        high=200,
        default=6.0,
        basis="示例，须按医院规定",
    ),
    Field(
        key="ward_capacity",
        title="可用隔离（普通）床位",
        unit="张",
        low=0,
        high=1e6,
        help="不填取登记医院的空床合计",
    ),
    Field(
        key="care_capacity",
        title="可用重症床位",
        unit="张",
        low=0,
        high=1e5,
        help="不填则不比较缺口",
    ),
)
BY_DISEASE: Final = ("r0", "latent_d", "infectious_d", "severity_factor")


def parse_epidemic(content: Mapping[str, Any], _temperature_c: float) -> Inputs:
    """Read the scenario; what is empty is filled from the disease."""
    inputs = read_fields(KIND, FIELDS, content)
    known = DISEASES[inputs.word("disease")]
    values, assumed = dict(inputs.values), list(inputs.assumptions)
    for field in FIELDS:
        if field.key in BY_DISEASE and values[field.key] is None:
            values[field.key] = known[field.key]
            assumed.append(
                Assumption(
                    field=f"scenario.{field.key}",
                    title=field.title,
                    value=known[field.key],
                    unit=f" {field.unit}" if field.unit else "",
                    basis=f"{NAMES[inputs.word('disease')]}，待确认",
                )
            )
    return Inputs(kind=KIND, values=values, assumptions=tuple(assumed))


def run_epidemic(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the course of the epidemic over the districts, and the beds that it asks for.

    Raises
    ------
    ScenarioError
        If a table is wrong or the science refuses an input.
    """
    groups, assumed = groups_of(setting)
    disease = _disease(inputs)
    days = round(inputs.number("days"))
    factor = _factor(inputs, days)
    text = setting.files.get(FILE_KEY, "")
    fit: Fit | None = None
    report: Counts | None = None
    if text.strip():
        report = read_counts(text, FIELD, steps=(DAY,))
        fit, courses = _fitted(report, inputs, groups, disease, factor, setting.seed)
    else:
        infected = groups.start(round(inputs.number("infected")))
        courses = _free(inputs, groups, disease, factor, infected, setting)
    told = Told(
        inputs=inputs,
        setting=setting,
        groups=groups,
        disease=disease,
        courses=courses,
        fit=fit,
        report=report,
        name=NAMES[inputs.word("disease")],
        assumptions=(*inputs.assumptions, *assumed),
    )
    return tell(told, _others(told))


def _first(inputs: Inputs, setting: Setting) -> Inputs | None:
    """Return the same inputs, for fewer courses by chance; a fit to counts has no quicker form."""
    return None if setting.files.get(FILE_KEY, "").strip() else inputs


def _free(
    inputs: Inputs,
    groups: Groups,
    disease: Disease,
    factor: NDArray[np.float64],
    infected: NDArray[np.float64],
    setting: Setting,
) -> Courses:
    chances = 1 if setting.member else FIRST_CHANCES if setting.first else BY_CHANCE
    with refused("scenario.r0", disease.r0, "在传播模型的适用范围内"):
        return follow(
            disease,
            groups,
            infected=infected,
            immune=inputs.number("immune"),
            factor=factor,
            spread=(R0_SPREAD.low, R0_SPREAD.high),
            seed=setting.seed,
            chances=chances,
        )


def _fitted(
    report: Counts,
    inputs: Inputs,
    groups: Groups,
    disease: Disease,
    factor: NDArray[np.float64],
    seed: int,
) -> tuple[Fit, Courses]:
    observed = report.values.sum(axis=0)
    if report.points < FEWEST_DAYS:
        raise ScenarioError(FIELD, f"不少于 {FEWEST_DAYS} 天", report.points)
    if observed.sum() < 1:
        raise ScenarioError(FIELD, "至少有一例病例", 0)
    with refused(FIELD, len(observed), "在校准模型的适用范围内"):
        fit = fit_report(observed, disease, people=float(groups.people.sum()), seed=seed)
        courses = follow_fit(
            disease,
            groups,
            fit,
            weight=_weight(report, groups),
            immune=inputs.number("immune"),
            factor=factor,
        )
    return fit, courses


def _weight(report: Counts, groups: Groups) -> NDArray[np.float64] | None:
    """Return the cases of each district of the report; None where it has no districts."""
    if not groups.districts or not any(district for district, _ in report.groups):
        return None
    weight = np.zeros(len(groups.names))
    for (name, _topic), row in zip(report.groups, report.values, strict=True):
        at = [
            k
            for k, d in enumerate(groups.districts)
            if name and name in (d.name, d.code, d.code[:6])
        ]
        if not at:
            rule = f"在 district 列为本市区县（{'、'.join(groups.names)}）"
            raise ScenarioError(FIELD, rule, name)
        weight[at[0]] += row.sum()
    return weight if weight.sum() > 0 else None


def _others(told: Told) -> tuple[Other, ...]:
    """Return the middle course under other measures, for comparison."""
    cuts = sorted({0.0, 0.3, 0.5, told.inputs.number("contact_cut")})
    found = []
    for cut in cuts:
        inputs = Inputs(kind=KIND, values={**told.inputs.values, "contact_cut": cut})
        found.append(other(told, cut, _factor(inputs, told.days)))
    return tuple(found)


def _disease(inputs: Inputs) -> Disease:
    known = DISEASES[inputs.word("disease")]
    return Disease(
        r0=inputs.number("r0"),
        latent=inputs.number("latent_d"),
        infectious=inputs.number("infectious_d"),
        symptomatic=known["symptomatic"],
        silent_factor=known["silent_factor"],
    )


def _factor(inputs: Inputs, days: int) -> NDArray[np.float64]:
    """Return what the measure leaves of the contacts on each day."""
    first = round(inputs.number("measure_day"))
    lasts = inputs.get("measure_days")
    cut = inputs.number("contact_cut")
    if cut == 0 or first >= days:
        return np.ones(days)
    last = days - 1 if lasts is None else min(days - 1, first + round(lasts) - 1)
    measure = Measure(first_day=first, last_day=max(last, first), factor=1.0 - cut)
    return contact_multiplier(days, [measure])


MODEL: Final = ForecastModel(
    kind=KIND,
    family="epidemic",
    title="传染病传播与床位需求",
    about="会有多少人感染、何时到顶、哪些区县先重、床位和防护用品缺多少",
    cards=(
        "epidemic.seir",
        "epidemic.demand",
        "epidemic.calibration",
        "epidemic.reproduction",
    ),
    fields=FIELDS,
    reader=parse_epidemic,
    run=run_epidemic,
    event_codes=("13A", "13B"),
    members=20,
    quick=_first,
    seconds=1.0,
)
