"""``rule: licenses``: under which terms software may be shipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..choosing import COMMON, breaches, chosen
from ..requirement import Breach, Circumstances, Requirement

_KINDS = frozenset({"license"})
_ADVICE = "replace the package, or have the licence approved and allow it in the policy"


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    return breaches(
        chosen(report, _KINDS, parameters), parameters, circumstances, ("licence problem", "licence problems"), _ADVICE
    )


REQUIREMENT = Requirement(
    "licenses", "No package under a licence that is not allowed.", judge, COMMON, scanner="license"
)
