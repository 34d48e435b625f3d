"""``rule: compliance``: whether controls of a compliance pack that was asked for hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.compliance import FAIL, NOT_CHECKABLE, ControlResult
from scantling.model.report import Report

from ..choosing import TEXTS, matches
from ..requirement import Breach, Circumstances, Requirement

_NAMED = 10


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    name = parameters["pack"]
    pack = next((result for result in report.compliance if result.pack == name), None)
    if pack is None:
        yield Breach(f"the compliance pack {name} was not judged", remediation=f"add --compliance {name}")
        return
    wanted = [control for control in pack.controls if matches(control.id, parameters.get("controls", ("*",)))]
    if not wanted:
        yield Breach(f"the compliance pack {name} has none of the named controls", remediation="correct controls")
        return
    failed = [control for control in wanted if control.outcome == FAIL]
    if failed:
        prints = {mark for control in failed for check in control.checks for mark in check.findings}
        steps = {
            check.remediation for control in failed for check in control.checks
            if check.outcome == FAIL and check.remediation
        }  # fmt: skip
        yield Breach(
            f"{len(failed)} control{'s' if len(failed) > 1 else ''} of {name} failed: {_named(failed)}",
            tuple(sorted(prints)),
            "; ".join(sorted(steps)),
        )
    unknown = [
        control for control in wanted
        if control.outcome == NOT_CHECKABLE and (parameters.get("attested") is not True or _unknown_check(control))
    ]  # fmt: skip
    if unknown and parameters.get("not_checkable", "fail") == "fail":
        yield Breach(
            f"{len(unknown)} control{'s' if len(unknown) > 1 else ''} of {name} not decided: {_named(unknown)}",
            remediation="close what is missing, or set attested: true for what people vouch for elsewhere",
        )


def _unknown_check(control: ControlResult) -> bool:
    return any(check.outcome == NOT_CHECKABLE for check in control.checks)


def _named(controls: list[ControlResult]) -> str:
    more = f" and {len(controls) - _NAMED} more" if len(controls) > _NAMED else ""
    return ", ".join(control.id for control in controls[:_NAMED]) + more


REQUIREMENT = Requirement(
    "compliance",
    "Controls of a compliance pack (--compliance) hold.",
    judge,
    {
        "pack": {"type": "string", "minLength": 1, "description": "id of the pack"},
        "controls": {**TEXTS, "description": "ids of the controls, patterns with * and ?; default all"},
        "not_checkable": {
            "enum": ["fail", "pass"],
            "description": "what a control means that could not be decided; default fail: not knowing is no pass",
        },
        "attested": {
            "type": "boolean",
            "description": "true: controls that only lack a person's word are in order; "
            "checks that could not be judged still count",
        },
    },
    required=("pack",),
)
