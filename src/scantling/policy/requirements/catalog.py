"""Every requirement. To add one: write its file, add its line, put a test beside its twin's."""

from __future__ import annotations

from ..requirement import Requirement
from . import (
    base_image,
    coverage,
    database,
    end_of_life,
    healthcheck,
    integrity,
    labels,
    licenses,
    malware,
    misconfiguration,
    outdated,
    packages,
    ports,
    secrets,
    size,
    user,
    vulnerabilities,
)

REQUIREMENTS: tuple[Requirement, ...] = (
    vulnerabilities.REQUIREMENT,
    secrets.REQUIREMENT,
    misconfiguration.REQUIREMENT,
    malware.REQUIREMENT,
    integrity.REQUIREMENT,
    end_of_life.REQUIREMENT,
    outdated.REQUIREMENT,
    licenses.REQUIREMENT,
    user.REQUIREMENT,
    healthcheck.REQUIREMENT,
    base_image.REQUIREMENT,
    packages.REQUIREMENT,
    labels.REQUIREMENT,
    ports.REQUIREMENT,
    size.REQUIREMENT,
    database.REQUIREMENT,
    coverage.REQUIREMENT,
)
BY_ID = {requirement.id: requirement for requirement in REQUIREMENTS}
