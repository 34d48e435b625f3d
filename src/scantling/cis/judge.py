"""What a report says of each item: pass, fail, or not checkable; with the evidence, never by silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from scantling.model.finding import Finding
from scantling.model.report import Report

from .items import ITEMS, Item, rules_of

PASS, FAIL, UNKNOWN = "pass", "fail", "not-checkable"
DATABASE_HOURS = 7 * 24  # older data is no scan of today
_OF_BYTES = frozenset({"4.3", "4.8", "4.10"})  # the others look at configuration and history
_UNREAD = frozenset({
    "layer-not-read", "tar-end", "ambiguous-tar", "dropped-entry", "bad-whiteout", "unreadable-file", "limit-reached",
    "parser-failure", "out-of-memory", "worker-died", "unreadable-record", "other-platform",
})  # fmt: skip
_ADVICE = frozenset({"SCN-FS-015"})  # says what could be left out, not that anything is wrong


@dataclass(frozen=True, slots=True)
class Result:
    """``evidence`` is what was seen; ``remains`` what a person must attest; ``findings`` fingerprints."""

    number: str
    title: str
    result: str
    evidence: str
    remains: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    report: Report
    item: Item
    live: tuple[Finding, ...]  # of the item's rules
    accepted: int
    trusted: tuple[str, ...]

    @property
    def is_source(self) -> bool:
        return self.report.target.kind == "config"

    @property
    def has_history(self) -> bool:
        return self.is_source or any(layer.created_by for layer in self.report.target.layers)


def results(report: Report, trusted: Sequence[str] = ()) -> tuple[Result, ...]:
    """One for each item, in order. ``trusted`` are patterns of base images (fnmatch: "docker.io/library/*")."""
    return tuple(_judge(report, item, tuple(trusted)) for item in ITEMS)


def _judge(report: Report, item: Item, trusted: tuple[str, ...]) -> Result:
    ids = rules_of()[item.number]
    mine = [finding for finding in report.findings if finding.id in ids]
    live = tuple(finding for finding in mine if finding.suppressed is None)
    case = _Case(report, item, live, len(mine) - len(live), trusted)
    if item.scanner and item.scanner not in report.scanners and not live:
        return _result(case, UNKNOWN, f"the scanner {item.scanner} was not asked for")
    judged = _JUDGES.get(item.number, _by_rules)(case)
    unread = [gap for gap in report.gaps if gap.blocks and _matters(gap.what, case)]
    if judged.result == PASS and unread:
        said = f"{judged.evidence}; but not everything could be looked at: {unread[0].what} {unread[0].where}"
        return _result(case, UNKNOWN, said)
    return judged


def _matters(what: str, case: _Case) -> bool:
    """Whether a gap leaves this item open: what was not read says nothing of the configuration and its history, and
    advisories that are missing nothing of modes and secrets."""
    if case.item.number == "4.4" or case.is_source:
        return True
    return case.item.number in _OF_BYTES and what in _UNREAD


def _result(case: _Case, result: str, evidence: str, findings: Sequence[Finding] = ()) -> Result:
    if case.accepted:
        evidence += f"; {case.accepted} findings are accepted as exceptions"
    item = case.item
    prints = tuple(sorted({finding.fingerprint for finding in findings}))
    return Result(item.number, item.title, result, evidence, item.remains if result != FAIL else "", prints)


def _failed(case: _Case, findings: Sequence[Finding]) -> Result:
    first = min(findings, key=lambda finding: (finding.path, finding.line or 0, finding.id))
    at = f" ({first.path}{f':{first.line}' if first.line else ''})" if first.path else ""
    more = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
    return _result(case, FAIL, f"{first.id}: {first.title}{at}{more}", findings)


def _by_rules(case: _Case) -> Result:
    """Fails with any finding of the item's rules, passes without one, where there is something to see."""
    if case.live:
        return _failed(case, case.live)
    if not case.has_history and case.item.number not in {"4.1", "4.8"}:
        return _result(case, UNKNOWN, "the image has no history")
    return _result(case, PASS, f"no finding of {', '.join(rules_of()[case.item.number])}")


def _user(case: _Case) -> Result:
    if case.live or case.is_source:
        return _by_rules(case)
    if case.report.target.kind in {"dir", "sbom"}:
        return _result(case, UNKNOWN, "there is no image configuration")
    return _result(case, PASS, f"the image's user is {case.report.target.config.user}")


def _base(case: _Case) -> Result:
    if case.live:
        return _failed(case, case.live)
    base = case.report.target.base
    if base is None or not base.name:
        return _result(case, UNKNOWN, "the base image is not known")
    name = base.reference
    said = f"based on {name}" + (f" at {base.digest}" if base.digest else ", without a digest")
    if not case.trusted:
        return _result(case, UNKNOWN, said)
    fits = any(fnmatchcase(name, one) or fnmatchcase(base.name, one) for one in case.trusted)
    return _result(
        case, PASS if fits else FAIL, said + ("" if fits else f", which is none of {', '.join(case.trusted)}")
    )


def _needless(case: _Case) -> Result:
    wrong = [finding for finding in case.live if finding.id not in _ADVICE]
    if wrong:
        return _failed(case, wrong)
    advice = [finding for finding in case.live if finding.id in _ADVICE]
    if advice:
        return _result(case, UNKNOWN, advice[0].title, advice)
    return _by_rules(case)


def _scanned(case: _Case) -> Result:
    database = case.report.database
    if database is None:
        return _result(case, UNKNOWN, "no vulnerability database was used")
    fixed = [
        finding
        for finding in case.report.findings
        if finding.is_advised
        and finding.suppressed is None
        and (finding.fixed_versions or finding.kind == "malware")
        and finding.severity in {"CRITICAL", "HIGH"}
    ]
    said = f"scanned {case.report.created_at}, data of {database.built_at}"
    if fixed:
        names = {finding.id for finding in fixed}
        return _result(case, FAIL, f"{said}: {len(names)} critical or high vulnerabilities have a fix", fixed)
    if database.demo or database.age_hours > DATABASE_HOURS:
        return _result(case, UNKNOWN, f"{said}: not today's data")
    return _result(case, PASS, f"{said}: no critical or high vulnerability has a fix")


def _signed(case: _Case) -> Result:
    digest = case.report.target.image_digest
    return _result(case, UNKNOWN, f"to be verified: {digest}" if digest else "no signature was looked at")


def _health(case: _Case) -> Result:
    if case.is_source:
        return _by_rules(case)
    if case.report.target.kind in {"dir", "sbom"}:
        return _result(case, UNKNOWN, "there is no image configuration")
    check = case.report.target.config.healthcheck
    if not check or check[0] == "NONE":
        return _result(case, FAIL, "no HEALTHCHECK is set" if not check else "HEALTHCHECK NONE", case.live)
    return _result(case, PASS, f"HEALTHCHECK {' '.join(check)[:200]}")


def _setuid(case: _Case) -> Result:
    if case.report.target.kind in {"config", "sbom"}:
        return _result(case, UNKNOWN, "files of the image are not in it")
    return _by_rules(case)


def _added(case: _Case) -> Result:
    """In an image also by its history: ADD of a base's root file system, its first layer, is how bases are made."""
    if case.live:
        return _failed(case, case.live)
    for layer in case.report.target.layers[1:]:
        step = layer.created_by.partition("#(nop)")[2] or layer.created_by
        if step.strip().startswith("ADD ") and layer.from_base is not True:
            return _result(case, FAIL, f"{layer.diff_id[:19]} was made by {step.strip()[:200]}")
    return _by_rules(case)


def _secrets(case: _Case) -> Result:
    found = [one for one in case.report.findings if one.kind == "secret" and one.suppressed is None]
    if found or case.live:
        return _failed(case, [*case.live, *found])
    return _result(case, PASS, "no secret in any layer, in the configuration or the history")


def _artifacts(case: _Case) -> Result:
    if case.live:
        return _failed(case, case.live)
    return _result(case, UNKNOWN, f"no finding of {', '.join(rules_of()[case.item.number])}")


_JUDGES: dict[str, Callable[[_Case], Result]] = {
    "4.1": _user, "4.2": _base, "4.3": _needless, "4.4": _scanned, "4.5": _signed, "4.6": _health, "4.8": _setuid,
    "4.9": _added, "4.10": _secrets, "4.12": _artifacts,
}  # fmt: skip
