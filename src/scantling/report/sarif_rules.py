"""The rules of a SARIF run (section 3.49, reportingDescriptor): one for each vulnerability id."""

from __future__ import annotations

import re
from typing import Any

from scantling.guard.display import printable
from scantling.model.finding import SEVERITIES, Finding

from .links import advisory_url, safe_url

LEVELS = {
    "CRITICAL": "error", "HIGH": "error", "MEDIUM": "warning",
    "LOW": "note", "UNKNOWN": "note", "NEGLIGIBLE": "note",
}  # fmt: skip
# code scanning services turn this number back into a word: over 9.0 critical, 7.0 high, 4.0 medium, 0.1 low
_BANDS = {
    "CRITICAL": (9.0, 10.0, 9.5), "HIGH": (7.0, 8.9, 8.0), "MEDIUM": (4.0, 6.9, 5.5),
    "LOW": (0.1, 3.9, 2.0), "UNKNOWN": (0.0, 0.0, 0.0), "NEGLIGIBLE": (0.0, 0.0, 0.0),
}  # fmt: skip
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+.!|~&:@-])")
_DESCRIPTION_CHARS = 1_000
_REFERENCES = 10
_TAGS = 20  # code scanning refuses a file with more to a rule
_TITLE_CHARS = 1_000  # it takes 1,024


def rule(findings: list[Finding]) -> dict[str, Any]:
    """The rule of ``findings``, which all have the same id: the worst of them gives its severity."""
    worst = min(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.fingerprint))
    id_ = printable(worst.id)
    title = printable(worst.title, _TITLE_CHARS) or id_
    description = printable(worst.description, _DESCRIPTION_CHARS) or title
    links = [url for url in map(safe_url, worst.references) if url][:_REFERENCES]
    return {
        "id": id_,
        "name": worst.kind.capitalize(),
        "shortDescription": {"text": title},
        "fullDescription": {"text": description},
        "defaultConfiguration": {"level": LEVELS[worst.severity]},
        "helpUri": advisory_url(worst.id, worst.references),
        "help": {
            "text": "\n".join([f"{id_}: {title}", description, *links]),
            "markdown": "\n\n".join(
                [
                    f"**{escape_markdown(id_)}** {escape_markdown(title)}",
                    escape_markdown(description),
                    *(f"- <{url}>" for url in links),
                ]
            ),
        },
        "properties": {
            "precision": "very-high",
            "problem.severity": LEVELS[worst.severity].replace("note", "recommendation"),
            "security-severity": f"{_score(worst):.1f}",
            "tags": _tags(worst),
        },
    }


def _tags(finding: Finding) -> list[str]:
    weaknesses = [f"external/cwe/{printable(cwe).lower()}" for cwe in finding.cwes]
    return sorted({"security", finding.kind, finding.severity, *weaknesses[: _TAGS - 3]})


def escape_markdown(text: str) -> str:
    """``text`` with every character that Markdown or HTML in it could act on escaped."""
    return _MARKDOWN.sub(r"\\\1", text).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def _score(finding: Finding) -> float:
    low, high, middle = _BANDS[finding.severity]
    scores = [cvss.score for cvss in finding.cvss if low <= cvss.score <= high]
    return max(scores) if scores else middle
