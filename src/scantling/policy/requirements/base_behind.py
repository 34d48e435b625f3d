"""``rule: base-behind``: the base image has to be what its tag points to now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..requirement import UNKNOWN, Breach, Circumstances, Requirement, denies_unknown


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    base = report.target.base
    reference = report.target.reference
    named = base.reference if base is not None else ""
    if base is not None and base.behind:
        yield Breach(
            f"the base image {named} is behind its tag, which is {base.newest} now",
            remediation=f"pull {named} and rebuild; see: scantling base recommend {reference}",
        )
    elif base is None or base.behind is None:
        why = [gap.reason for gap in report.gaps if gap.what == "base-not-compared"]
        reason = why[0] if why else "nobody asked its registry"
        yield Breach(
            f"not judged: whether the base image {named or '(no name)'} is behind its tag is not known: {reason}",
            remediation=f"online, run: scantling image {reference} --check-base",
            denies=denies_unknown(parameters),
        )


REQUIREMENT = Requirement(
    "base-behind",
    "The base image is what its tag points to now; needs --check-base.",
    judge,
    {
        "unknown": UNKNOWN,
    },
)
