"""``rule: base-image``: what the image may be built on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.moment import parse
from scantling.model.report import Report, ReportBase

from ..choosing import TEXTS, matches
from ..requirement import Breach, Circumstances, Requirement

_REBUILD = "pull the base image again and rebuild"


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    base = report.target.base
    only_claimed = parameters.get("by_layers", False) and base is not None and base.source != "layers"
    is_listed = base is not None and bool(base.name) and _is_approved(base, parameters.get("approved", ()))
    approved = is_listed and not only_claimed
    days = parameters.get("max_age_days")
    if "approved" in parameters and not approved and (days is None or not parameters.get("or_young", False)):
        known = (base.reference if base is not None else "") or "not known"
        if only_claimed:
            yield Breach(
                f"that the base image is {known} is not borne out by its layers, so that it is not approved",
                remediation="index the approved bases: scantling base index NAME; see: scantling base show "
                f"{report.target.reference}",
            )
        else:
            yield Breach(
                f"the base image is {known}, which is not on the approved list",
                remediation=f"build on one of: {', '.join(parameters['approved'])}",
            )
    if days is not None and not (approved and parameters.get("or_young", False)):
        created = parse(base.created) if base is not None else None
        if base is None or created is None:
            yield Breach("nothing says how old the base image is", remediation=_REBUILD)
        else:
            age = (circumstances.now - created).days
            if age > days:
                name = f" {base.name}" if base.name else ""
                yield Breach(
                    f"the base image{name} is {age} days old, {days} allowed ({base.evidence})", remediation=_REBUILD
                )
    if parameters.get("newest", False) and (base is None or base.behind is not False):
        said = "is behind its tag's newest digest" if base is not None and base.behind else "could not be compared"
        yield Breach(f"the base image {said}", remediation=f"{_REBUILD}, then scan with --check-base")


def _is_approved(base: ReportBase, patterns: Iterable[str]) -> bool:
    names = (base.reference, base.name, f"{base.name}@{base.digest}")
    return any(matches(text, (pattern,)) for text in names for pattern in patterns)


REQUIREMENT = Requirement(
    "base-image",
    "The base image is young, approved, newest.",
    judge,
    {
        "max_age_days": {"type": "integer", "minimum": 0, "description": "days since the base image was built"},
        "approved": {**TEXTS, "description": "NAME, NAME:TAG or NAME@DIGEST; patterns with * and ?"},
        "or_young": {
            "type": "boolean",
            "description": "an approved base may be older, a young one need not be approved",
        },
        "by_layers": {
            "type": "boolean",
            "description": "an approved base must be recognised by its layers, not only claimed by an annotation",
        },
        "newest": {"type": "boolean", "description": "the base must be what its tag points to now"},
    },
)
