"""Judges files that say how images are made and run: Dockerfiles, Compose files, Kubernetes manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.finding import Finding, Suppression
from scantling.model.fingerprint import fingerprint_of_place

from .manifests import compose, kubernetes
from .manifests.yaml_lines import documents
from .recipe.dockerfile import parse
from .rule import Edit, Hit, Rule, hits
from .rules.catalog import rules

_IGNORE = re.compile(r"#[ \t]{0,20}scantling:ignore=([A-Za-z0-9,-]{1,400})[ \t]{1,20}(\S.{0,400})")
_DOCKERFILE = re.compile(
    r"(?i)(?:(?:dockerfile|containerfile)(?:[.-][\w.-]{1,100})?|[\w.-]{1,100}\.(?:dockerfile|containerfile))"
)
_NOT = (".dockerignore", ".md", ".txt", ".py", ".js", ".ts", ".go", ".html", ".json", ".yaml", ".yml", ".tmpl", ".j2")
_TEMPLATED = re.compile(rb"\{\{[^{}\n]{0,300}\}\}|\{%")


@dataclass(frozen=True, slots=True)
class Judged:
    """What one file gave; ``edits`` are the mechanical corrections. ``is_config``: it is of a kind that is judged."""

    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    edits: tuple[Edit, ...] = ()
    is_config: bool = True


def may_be_config(name: str) -> bool:
    """Whether a file of this name is looked into."""
    return is_dockerfile(name) or name.lower().endswith((".yaml", ".yml"))


def is_dockerfile(name: str) -> bool:
    return _DOCKERFILE.fullmatch(name) is not None and not name.lower().endswith(_NOT)


def judge(path: str, data: bytes, *, named: bool = False) -> Judged:
    """Judge the file ``path`` with the bytes ``data``. ``named``: the user named it, so it must be of a known kind;
    other YAML files of a directory are none of our business."""
    name = PurePosixPath(path).name
    try:
        if name.lower().endswith((".yaml", ".yml")):
            return _manifest(path, data, named)
        return _dockerfile(path, data)
    except Malformed as error:
        where = f"{path}, {error.where}" if error.where else path
        if name.lower().endswith((".yaml", ".yml")) and not named and not _looks_like_manifest(name, data):
            return Judged(is_config=False)
        what = error.what
        if _TEMPLATED.search(data):
            what += "; it looks like a template: render it first"
        return Judged(gaps=(Gap("unreadable-file", where, what),))


def _looks_like_manifest(name: str, data: bytes) -> bool:
    if "compose" in name.lower():
        return True
    return re.search(rb"(?m)^apiVersion:", data) is not None and re.search(rb"(?m)^kind:", data) is not None


def _dockerfile(path: str, data: bytes) -> Judged:
    recipe = parse(data)
    found = [(rule, hit) for rule in rules() for hit in hits(rule, "dockerfile", recipe)]
    return _judged(path, data, found)


def _manifest(path: str, data: bytes, named: bool) -> Judged:
    found: list[tuple[Rule, Hit]] = []
    known = False
    for document in documents(data):
        if compose.is_compose(document):
            chosen, members = "compose", compose.containers(document)
        elif kubernetes.is_kubernetes(document):
            chosen, members = "kubernetes", kubernetes.containers(document)
        else:
            continue
        known = True
        for container in members:
            for rule in rules():
                for hit in hits(rule, chosen, container):
                    place = f"{container.where}|{hit.place}"
                    message = f"{container.where}: {hit.message}"
                    found.append((rule, Hit(message, place, hit.line, edit=hit.edit, severity=hit.severity)))
    if not known:
        reason = "neither a Compose file nor a Kubernetes manifest"
        return Judged(gaps=(Gap("unreadable-file", path, reason),) if named else (), is_config=False)
    return _judged(path, data, found)


def _judged(path: str, data: bytes, found: list[tuple[Rule, Hit]]) -> Judged:
    lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    findings = [_finding(path, rule, hit, lines) for rule, hit in found]
    silenced = {finding.fingerprint for finding in findings if finding.suppressed is not None}
    edits = tuple(
        hit.edit
        for (_, hit), finding in zip(found, findings, strict=True)
        if hit.edit is not None and finding.fingerprint not in silenced
    )
    unique = {(finding.fingerprint, finding.line): finding for finding in findings}
    return Judged(tuple(sorted(unique.values(), key=lambda f: (f.line or 0, f.id, f.fingerprint))), (), edits)


def _finding(path: str, rule: Rule, hit: Hit, lines: list[str]) -> Finding:
    said = next((reason for ids, reason in _ignores(lines, hit.line) if rule.id in ids), None)
    return Finding(
        fingerprint=fingerprint_of_place(rule.id, f"{path}|{hit.place}", "", None),
        kind="misconfig",
        id=rule.id,
        title=f"{rule.title}: {hit.message}",
        severity=hit.severity or rule.severity,
        severity_source="scantling",
        path=path,
        line=hit.line or None,
        remediation=rule.fix,
        references=rule.references,
        description=rule.why,
        suppressed=Suppression("comment in the file", said) if said is not None else None,
    )


def _ignores(lines: list[str], line: int) -> Iterator[tuple[frozenset[str], str]]:
    """The ids and reasons of the comments that speak for ``line``: on it, or in the comments right above."""
    if not 1 <= line <= len(lines):
        return
    texts = [lines[line - 1]]
    above = line - 2
    while above >= 0 and lines[above].lstrip().startswith("#"):
        texts.append(lines[above])
        above -= 1
    for text in texts:
        match = _IGNORE.search(text[:4000])
        if match is not None:
            yield frozenset(match[1].upper().split(",")), match[2].strip()
