"""The base image in words, for every format that people read."""

from __future__ import annotations

from collections.abc import Iterable

from scantling.model.finding import Finding
from scantling.model.report import Report, ReportBase


def base_name(base: ReportBase | None) -> str:
    """The base's name with its tag, "" where it has none."""
    if base is None:
        return ""
    return base.reference or base.digest


def base_line(report: Report) -> str:
    """The base with how it is known and whether it is behind, "" for what has no layers or no known base."""
    base = report.target.base
    if base is None or not report.target.layers:
        return ""
    told = [f"built {base.created[:10]}"] if base.created else []
    if base.layers is not None:
        told.append(f"{base.layers} of {len(report.target.layers)} layers")
    if base.behind is not None:
        told.append("BEHIND its tag's newest digest" if base.behind else "its tag's newest")
    name = base_name(base) or "name not known"
    return f"{name} ({', '.join([*told, base.evidence])})"


def base_facts(base: ReportBase | None, layers: int) -> list[tuple[str, str]]:
    """Label and text of everything that is known of ``base``, under an image of ``layers`` layers."""
    if base is None:
        return [("Base", "not known: nothing says what the image was built on")]
    behind = {None: "not asked", True: f"yes: its tag is {base.newest} now", False: "no"}[base.behind]
    return [
        ("Base", base_name(base) or "name not known"),
        ("Digest", base.digest or "not known"),
        ("Created", base.created or "not known"),
        ("Layers", f"{base.layers} of {layers}" if base.layers is not None else "not known"),
        ("Behind", behind),
        *(("Evidence", part) for part in base.evidence.split("; ")),
    ]


def origin(from_base: bool | None) -> str:
    """Which part of the image brought something, "" where nobody knows."""
    return "" if from_base is None else "base image" if from_base else "application"


def split_line(findings: Iterable[Finding]) -> str:
    """How many of ``findings`` the base image brought and how many the application, "" where nobody knows. What is only
    outdated is not counted, as nowhere in a report."""
    told = [finding.from_base for finding in findings if finding.kind != "outdated"]
    if not any(one is not None for one in told):
        return ""
    parts = [f"{told.count(True)} from the base image", f"{told.count(False)} from the application"]
    return ", ".join(parts + ([f"{told.count(None)} of unknown origin"] if None in told else []))
