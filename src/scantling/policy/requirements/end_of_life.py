"""``rule: end-of-life``: software that gets no more security updates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..choosing import COMMON, breaches, chosen
from ..requirement import Breach, Circumstances, Requirement

_KINDS = frozenset({"eol"})
_ADVICE = "move to a supported release"


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    return breaches(
        chosen(report, _KINDS, parameters),
        parameters,
        circumstances,
        ("thing past its end of life", "things past their end of life"),
        _ADVICE,
    )


REQUIREMENT = Requirement(
    "end-of-life", "Nothing is past the end of its security support.", judge, COMMON, scanner="vuln"
)
