"""Judges files that say how images are made and run: Dockerfiles, Compose files, Kubernetes manifests."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint_of_place

from .ignores import suppression
from .manifests import compose, kubernetes
from .manifests.yaml_lines import documents
from .recipe.dockerfile import parse
from .rule import Edit, Hit, Rule, hits
from .rules.catalog import rules

_DOCKERFILE = re.compile(
    r"(?i)(?:(?:dockerfile|containerfile)(?:[.-][\w.-]{1,100})?|[\w.-]{1,100}\.(?:dockerfile|containerfile))"
)
_NOT = (
    ".dockerignore",
    ".md",
    ".txt",
    ".py",
    ".js",
    ".ts",
    ".go",
    ".html",
    ".json",
    ".yaml",
    ".yml",
    ".tmpl",
    ".j2",
    ".gz",
    ".bak",
    ".sh",
)
_TEMPLATED = re.compile(rb"\{\{[^{}\n]{0,300}\}\}|\{%")
# Helm's own objects and functions: braces alone stand in alert rules and dashboards, too
_HELM = re.compile(
    rb"\{\{-?[ \t]{0,20}(?:(?:if|with|range|not|and|or|toYaml|tpl|quote|default)[ (][^{}\n]{0,300})?"
    rb"(?:\.(?:Values|Release|Chart|Capabilities)\b|include |template )"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one file gave; ``edits`` are the mechanical corrections. ``is_config``: it is of a kind that is judged."""

    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    edits: tuple[Edit, ...] = ()
    is_config: bool = True


def may_be_config(name: str) -> bool:
    """Whether a file of this name is looked into."""
    return is_dockerfile(name) or is_yaml(name)


def is_yaml(name: str) -> bool:
    return name.lower().endswith((".yaml", ".yml"))


def is_dockerfile(name: str) -> bool:
    return _DOCKERFILE.fullmatch(name) is not None and not name.lower().endswith(_NOT)


def judge(path: str, data: bytes, *, named: bool = False, today: str = "") -> Judged:
    """Judge the file ``path`` with the bytes ``data``. ``named``: the user named it, so it must be of a known kind;
    other YAML files of a directory are none of our business. ``today`` (ISO 8601) ends comments that hold until a
    day."""
    name = PurePosixPath(path).name
    try:
        if is_yaml(name):
            return _manifest(path, data, named, today)
        return _dockerfile(path, data, today)
    except Malformed as error:
        where = f"{path}, {error.where}" if error.where else path
        is_template = _HELM.search(data) is not None
        if is_yaml(name) and not named and not is_template and not _looks_like_manifest(name, data):
            return Judged(is_config=False)
        what = error.what
        if _TEMPLATED.search(data):
            what += "; it looks like a template: render it first (helm template)"
        return Judged(gaps=(Gap("unreadable-file", where, what),))


def _looks_like_manifest(name: str, data: bytes) -> bool:
    if "compose" in name.lower():
        return True
    return re.search(rb"(?m)^apiVersion:", data) is not None and re.search(rb"(?m)^kind:", data) is not None


def _dockerfile(path: str, data: bytes, today: str) -> Judged:
    recipe = parse(data)
    found = [(rule, hit) for rule in rules() for hit in hits(rule, "dockerfile", recipe)]
    return _judged(path, data, found, today)


def _manifest(path: str, data: bytes, named: bool, today: str) -> Judged:
    found: list[tuple[Rule, Hit]] = []
    known = False
    lines = tuple(data.decode("utf-8-sig").replace("\r\n", "\n").split("\n"))
    for document in documents(data):
        if compose.is_compose(document):
            chosen, members = "compose", compose.containers(document)
        elif kubernetes.is_kubernetes(document):
            chosen, members = "kubernetes", kubernetes.containers(document)
        else:
            continue
        known = True
        for rule in rules() if chosen == "kubernetes" else ():
            for one in kubernetes.members(document):
                for hit in hits(rule, "object", one):
                    where = kubernetes.named(one)
                    found.append((rule, replace(hit, message=f"{where}: {hit.message}", place=f"{where}|{hit.place}")))
        for container in members:
            for rule in rules():
                for hit in hits(rule, chosen, replace(container, lines=lines)):
                    place = f"{container.where}|{hit.place}"
                    message = f"{container.where}: {hit.message}"
                    found.append((rule, Hit(message, place, hit.line, edit=hit.edit, severity=hit.severity)))
    if not known:
        reason = "neither a Compose file nor a Kubernetes manifest"
        return Judged(gaps=(Gap("unreadable-file", path, reason),) if named else (), is_config=False)
    judged = _judged(path, data, found, today)
    if _HELM.search(data):
        reason = "a template: what its expressions become was not judged; judge the output of helm template"
        return replace(judged, gaps=(Gap("unreadable-file", path, reason),))
    return judged


def _judged(path: str, data: bytes, found: list[tuple[Rule, Hit]], today: str) -> Judged:
    lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    findings = [_finding(path, rule, hit, lines, today) for rule, hit in found]
    silenced = {finding.fingerprint for finding in findings if finding.suppressed is not None}
    edits = tuple(
        hit.edit
        for (_, hit), finding in zip(found, findings, strict=True)
        if hit.edit is not None and finding.fingerprint not in silenced
    )
    unique = {(finding.fingerprint, finding.line): finding for finding in findings}
    return Judged(tuple(sorted(unique.values(), key=lambda f: (f.line or 0, f.id, f.fingerprint))), (), edits)


def _finding(path: str, rule: Rule, hit: Hit, lines: list[str], today: str) -> Finding:
    return Finding(
        fingerprint=fingerprint_of_place(rule.id, f"{path}|{hit.place}", "", None),
        kind="misconfig",
        id=rule.id,
        aliases=rule.also,
        title=f"{rule.title}: {hit.message}",
        severity=hit.severity or rule.severity,
        severity_source="scantling",
        path=path,
        line=hit.line or None,
        remediation=rule.fix,
        references=rule.references,
        description=rule.why,
        suppressed=suppression(rule, lines, hit.line, today),
    )
