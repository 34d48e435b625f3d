"""Every requirement. To add one: write its file, add its line, put a test beside its twin's."""

from __future__ import annotations

from ..requirement import Requirement
from . import (
    base_behind,
    base_image,
    compliance,
    coverage,
    database,
    healthcheck,
    inventory,
    kinds,
    labels,
    licences,
    packages,
    ports,
    scan_age,
    signed_or_sbom,
    size,
    user,
    vulnerabilities,
)

REQUIREMENTS: tuple[Requirement, ...] = (
    vulnerabilities.REQUIREMENT,
    *kinds.REQUIREMENTS,
    user.REQUIREMENT,
    healthcheck.REQUIREMENT,
    base_image.REQUIREMENT,
    base_behind.REQUIREMENT,
    signed_or_sbom.REQUIREMENT,
    packages.REQUIREMENT,
    licences.REQUIREMENT,
    labels.REQUIREMENT,
    ports.REQUIREMENT,
    size.REQUIREMENT,
    database.REQUIREMENT,
    coverage.REQUIREMENT,
    scan_age.REQUIREMENT,
    inventory.REQUIREMENT,
    compliance.REQUIREMENT,
)
BY_ID = {requirement.id: requirement for requirement in REQUIREMENTS}
