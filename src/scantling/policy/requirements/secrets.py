"""``rule: secrets``: tokens, keys and passwords in files, layers or the configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..choosing import COMMON, breaches, chosen
from ..requirement import Breach, Circumstances, Requirement

_KINDS = frozenset({"secret"})
_ADVICE = "revoke the secret where it was issued, then build without it: what a later layer deletes is still there"


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    return breaches(chosen(report, _KINDS, parameters), parameters, circumstances, ("secret", "secrets"), _ADVICE)


REQUIREMENT = Requirement("secrets", "No secret in any layer or in the configuration.", judge, COMMON, scanner="secret")
