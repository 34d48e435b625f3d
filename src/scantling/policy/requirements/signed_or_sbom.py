"""``rule: signed-or-sbom``: the image carries a signature or a bill of materials, where it was read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..requirement import UNKNOWN, Breach, Circumstances, Requirement, denies_unknown

RULE = "signed-or-sbom"
_NEEDS = {
    "either": ({"signature"}, {"sbom"}),
    "signature": ({"signature"},),
    "sbom": ({"sbom"},),
    "both": ({"signature", "sbom"},),
}
_WORDS = {"signature": "signature", "sbom": "bill of materials"}


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    found = report.target.attached
    need = parameters.get("need", "either")
    reference = report.target.reference
    if found is None:
        why = [gap.reason for gap in report.gaps if gap.what == "attached-not-read"]
        reason = why[0] if why else "nobody looked, or the image is not in a registry or an OCI layout"
        yield Breach(
            f"not judged: what is attached to the image is not known: {reason}",
            remediation=f"scan it in its registry with this policy: scantling image registry:{reference}",
            denies=denies_unknown(parameters),
        )
    elif not any(set(found) >= wanted for wanted in _NEEDS[need]):
        missing = [_WORDS[one] for one in sorted(set().union(*_NEEDS[need]) - set(found))]
        word = " and " if need == "both" else " or "
        yield Breach(
            f"no {word.join(missing)} is attached to the image",
            remediation=f"sign it (cosign sign), or attach its SBOM: scantling attest {reference} --type sbom --push",
        )


REQUIREMENT = Requirement(
    RULE,
    "A signature or a bill of materials is attached to the image. Who signed it, scantling verify checks.",
    judge,
    {
        "need": {
            "enum": sorted(_NEEDS),
            "description": "what must be there: either (default), signature, sbom or both",
        },
        "unknown": UNKNOWN,
    },
)
