"""Which findings a requirement is about, and for how long each is still allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from scantling.model.finding import SEVERITIES, Finding
from scantling.model.moment import parse
from scantling.model.purl import without_version
from scantling.model.report import Report

from .requirement import IN_CONFIGURATION, Breach, Circumstances

_NAMED = 5
_FIXES = 3
_NEVER = date.max
TEXTS: Mapping[str, Any] = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
SEVERITY: Mapping[str, Any] = {
    "type": "array",
    "items": {"enum": list(SEVERITIES)},
    "minItems": 1,
    "description": "only findings of these severities",
}
COMMON: Mapping[str, Mapping[str, Any]] = {
    "severity": SEVERITY,
    "ids": {**TEXTS, "description": "only these ids (patterns with * and ?)"},
    "except_ids": {**TEXTS, "description": "all but these ids (patterns with * and ?)"},
    "paths": {**TEXTS, "description": "only at these paths in the image (patterns with * and ?)"},
    "except_paths": {**TEXTS, "description": "all but at these paths (patterns with * and ?)"},
    "from_base": {
        "type": "boolean",
        "description": "true: only what the base image brought; false: only what it did not",
    },
    "max": {"type": "integer", "minimum": 0, "description": "how many are allowed; default 0"},
    "grace": {
        "description": "days for which a finding is only a warning: a number, or one for each severity",
        "oneOf": [
            {"type": "integer", "minimum": 0, "maximum": 3650},
            {
                "type": "object",
                "propertyNames": {"enum": list(SEVERITIES)},
                "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 3650},
                "minProperties": 1,
            },
        ],
    },
    "since": {
        "enum": ["first-seen", "fix", "published", "kev-due"],
        "description": "what the grace counts from: the first scan that saw the finding in this repository (default), "
        "the first that saw a fix for it, the day the vulnerability was published, or CISA's own due date",
    },
}


def chosen(report: Report, kind: str, parameters: Mapping[str, Any]) -> list[Finding]:
    """The live findings of ``kind`` that the common parameters leave."""
    severities = set(parameters.get("severity", SEVERITIES))
    return [
        finding
        for finding in report.findings
        if finding.is_of((kind,))
        and finding.suppressed is None
        and finding.status != "not_affected"
        and finding.severity in severities
        and _passes(finding, parameters)
    ]


def _passes(finding: Finding, parameters: Mapping[str, Any]) -> bool:
    names = (finding.id, *finding.aliases)
    if "ids" in parameters and not any(matches(name, parameters["ids"]) for name in names):
        return False
    if any(matches(name, parameters.get("except_ids", ())) for name in names):
        return False
    if "paths" in parameters and not matches(finding.path, parameters["paths"]):
        return False
    if matches(finding.path, parameters.get("except_paths", ())):
        return False
    wanted: bool | None = parameters.get("from_base")
    # what nobody could place may be on either side: leaving it out would be a guess in the image's favour
    return wanted is None or finding.from_base is None or finding.from_base is wanted


def matches(text: str, patterns: Sequence[str]) -> bool:
    """Whether ``text`` fits one of the shell-like ``patterns``; a leading slash means nothing."""
    bare = text.removeprefix("/")
    return any(fnmatchcase(bare, pattern.removeprefix("/")) for pattern in patterns)


def names(purl: str, name: str, patterns: Iterable[str]) -> bool:
    """Whether one of ``patterns`` means the package: by its name, or by its purl without version; in upper and lower
    case alike, since people write Jinja2 and purls jinja2."""
    bare = without_version(purl)
    texts = {text.lower() for text in (name, bare, bare.rpartition("/")[2])}
    return any(fnmatchcase(text, pattern.lower()) for pattern in patterns for text in texts)


def breaches(
    found: Sequence[Finding],
    parameters: Mapping[str, Any],
    circumstances: Circumstances,
    noun: tuple[str, str],
    remediation: str,
) -> Iterable[Breach]:
    """At most two: one for what is not allowed any more, one (with ``due``) for what still is for some days."""
    if len(found) <= parameters.get("max", 0):
        return
    overdue: list[Finding] = []
    waiting: list[tuple[date, Finding]] = []
    today = circumstances.now.date()
    for finding in found:
        due = due_date(finding, parameters, circumstances)
        if due is not None and due >= today:
            waiting.append((due, finding))
        else:
            overdue.append(finding)
    if overdue:
        yield Breach(_message(overdue, noun, parameters), _prints(overdue), remediation)
    if waiting:
        first = min(due for due, _ in waiting)
        left = (first - today).days
        when = "today is the last day" if not left else f"{left} day{'s' if left > 1 else ''} left for the first"
        if first == _NEVER:
            when = "no fix yet, so the clock does not run"
        late = [finding for _, finding in sorted(waiting, key=lambda pair: (pair[0], pair[1].fingerprint))]
        day = None if first == _NEVER else first.isoformat()
        yield Breach(f"{_message(late, noun, {})}; {when}", _prints(late), remediation, day, denies=False)


def due_date(finding: Finding, parameters: Mapping[str, Any], circumstances: Circumstances) -> date | None:
    """The last day on which ``finding`` is allowed; None when it never was. A start that is not known gives no grace,
    but for what has not been seen before: its time starts now."""
    grace = parameters.get("grace")
    since = parameters.get("since", "first-seen")
    if since == "kev-due":
        start = parse(finding.kev.due) if finding.kev is not None else None
        return start.date() if start is not None else None
    days = grace.get(finding.severity) if isinstance(grace, Mapping) else grace
    if days is None:
        return None
    seen = circumstances.history.get(finding.fingerprint)
    moment: datetime | None
    if since == "published":
        moment = parse(finding.published)
    elif since == "fix":
        if not finding.fixed_versions:
            return _NEVER  # the clock of a fix that is not out does not run
        moment = parse(seen.fixed) if seen is not None and seen.fixed else circumstances.now
    else:
        moment = parse(seen.first) if seen is not None else circumstances.now
    return None if moment is None else moment.date() + timedelta(days=days)


def _message(found: Sequence[Finding], noun: tuple[str, str], parameters: Mapping[str, Any]) -> str:
    allowed = parameters.get("max", 0)
    limit = f", {allowed} allowed" if allowed else ""
    names = list(dict.fromkeys(_name(finding) for finding in found))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{len(found)} {noun[len(found) != 1]}{limit}: {', '.join(names[:_NAMED])}{more}"


def _name(finding: Finding) -> str:
    if finding.package is not None:
        return (
            f"{finding.id} in {without_version(finding.package).rpartition('/')[2]} {finding.installed_version}".strip()
        )
    if finding.path:
        return f"{finding.id} at {finding.path}"
    is_configuration = finding.kind == "misconfig" and not finding.diff_id
    return f"{finding.id} {IN_CONFIGURATION}" if is_configuration else finding.id


def fixes_of(found: Sequence[Finding], otherwise: str) -> str:
    """What the findings themselves say is to be done, each kind of them once, the worst first."""
    worst = sorted(found, key=lambda finding: (SEVERITIES.index(finding.severity), finding.id))
    said = dict.fromkeys(f"{one.id}: {one.remediation}" for one in worst if one.remediation)
    more = (f"and {len(said) - _FIXES} more, each with its finding",) if len(said) > _FIXES else ()
    return "; ".join((*tuple(said)[:_FIXES], *more)) or otherwise


def _prints(found: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.fingerprint for finding in found}))
