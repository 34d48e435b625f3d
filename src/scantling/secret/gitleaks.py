"""The user's rules and allow lists, in gitleaks' TOML format as it is (gitleaks.toml, version 8).

https://github.com/gitleaks/gitleaks#configuration
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.guard.display import printable
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError

from .allow import Allow
from .rule import Rule

_CONDITIONS = {"": False, "OR": False, "||": False, "AND": True, "&&": True}
_RULE_KEYS = frozenset(
    ["id", "description", "regex", "path", "secretGroup", "entropy", "keywords", "tags", "allowlist", "allowlists"]
)
_ALLOW_KEYS = frozenset(
    ["description", "condition", "commits", "paths", "regexTarget", "regexes", "stopwords", "targetRules"]
)
_TARGETS = {"": "secret", "secret": "secret", "match": "match", "line": "line"}


def read(path: Path) -> bytes:
    """The file's bytes. Raises ``UsageError`` for one that cannot be read or is too large."""
    data = read_bounded(path, limits.SECRET_CONFIG_BYTES, "cannot be read")
    if len(data) > limits.SECRET_CONFIG_BYTES:
        raise UsageError(f"larger than {limits.SECRET_CONFIG_BYTES} bytes", where=str(path))
    return data


def extended(shipped: tuple[Rule, ...], path: Path) -> tuple[tuple[Rule, ...], tuple[Allow, ...]]:
    """The package's rules as the file changes them, with its own after them, and the lists that hold for all.

    As in gitleaks the package's rules count only where ``[extend] useDefault = true`` asks for them, or where the file
    has no rules at all. Raises ``UsageError`` naming the file and the rule for what cannot be used."""
    where = str(path)
    try:
        document = tomllib.loads(read(path).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"is no TOML: {printable(str(error), 200)}", where=where) from error
    extend = _table(document, "extend", where)
    if extend.get("path") or extend.get("url"):
        raise UsageError("[extend] with path or url is not supported", where=where, hint="put the rules in one file")
    own = [_rule(line, where) for line in _tables(document, "rules", where)]
    disabled = set(_texts(extend, "disabledRules", where))
    base = shipped if extend.get("useDefault") or not own else ()
    replaced = {rule.id for rule in own} | disabled
    rules = (*(rule for rule in base if rule.id not in replaced), *(rule for rule in own if rule.id not in disabled))
    return _targeted(rules, document, where), _allows(document, where)


def _targeted(rules: tuple[Rule, ...], document: dict[str, Any], where: str) -> tuple[Rule, ...]:
    """``rules`` with those lists of the file that name the rules they are for."""
    known = {rule.id for rule in rules}
    for one in _tables(document, "allowlists", where):
        targets = set(_texts(one, "targetRules", where))
        if not targets:
            continue
        if targets - known:
            unknown = printable(min(targets - known), 80)
            raise UsageError(f"targetRules: there is no rule {unknown!r}", where=where)
        own = _allow(one, where)
        rules = tuple(replace(rule, allow=(*rule.allow, *own)) if rule.id in targets else rule for rule in rules)
    return rules


def _rule(line: dict[str, Any], where: str) -> Rule:
    id_ = str(line.get("id", ""))
    if not id_ or len(id_) > 200:
        raise UsageError("a rule without an id", where=where)
    place = f"{where}: rule {printable(id_, 80)}"
    _only(line, _RULE_KEYS, place)
    pattern, names = str(line.get("regex", "")), str(line.get("path", ""))
    if not pattern and not names:
        raise UsageError("has neither regex nor path", where=place)
    group, entropy = line.get("secretGroup", 0), line.get("entropy", 0.0)
    if not isinstance(group, int) or not isinstance(entropy, int | float):
        raise UsageError("secretGroup and entropy are numbers", where=place)
    if pattern:
        groups = _usable(pattern, place, for_scan=True)
        if group > groups or group < 0:
            raise UsageError(f"secretGroup {group}: the regex has {groups} groups", where=place)
        group = group or min(groups, 1)
    if names:
        _usable(names, place)
    tags = [tag.upper() for tag in _texts(line, "tags", place)]
    severity = next((tag for tag in tags if tag in {"CRITICAL", "HIGH", "MEDIUM", "LOW"}), "HIGH")
    return Rule(
        id_,
        str(line.get("description", "")) or id_,
        severity,
        pattern,
        group,
        "Change it, hand the new one over at run time, and build the image again without it.",
        tuple(word.lower() for word in _texts(line, "keywords", place)),
        float(entropy),
        path_pattern=names,
        bounded=False,
        rank=0,
        allow=_allows(line, place),
    )


def _allows(table: dict[str, Any], where: str) -> tuple[Allow, ...]:
    lists = [table["allowlist"]] if isinstance(table.get("allowlist"), dict) else []
    lists += _tables(table, "allowlists", where)
    return tuple(allow for one in lists if not one.get("targetRules") for allow in _allow(one, where))


def _allow(one: dict[str, Any], where: str) -> tuple[Allow, ...]:
    """One list; none, where it asks for a commit beside everything else: an image has no commits."""
    place = f"{where}: allowlist"
    _only(one, _ALLOW_KEYS, place)
    target, condition = str(one.get("regexTarget", "")), str(one.get("condition", "")).upper()
    if target not in _TARGETS:
        raise UsageError(f"unknown regexTarget {printable(target, 40)!r}", where=where)
    if condition not in _CONDITIONS:
        raise UsageError(f"unknown condition {printable(condition, 40)!r}", where=where)
    paths, regexes = _texts(one, "paths", where), _texts(one, "regexes", where)
    for pattern in (*paths, *regexes):
        _usable(pattern, place)
    all_of = _CONDITIONS[condition]
    if all_of and _texts(one, "commits", where):
        return ()
    stopwords = tuple(word.lower() for word in _texts(one, "stopwords", where))
    return (Allow(paths, regexes, stopwords, _TARGETS[target], all_of),)


def _only(table: dict[str, Any], keys: frozenset[str], place: str) -> None:
    """Raises ``UsageError`` for a key that would change what is found, were it known (``required``), or is misspelt."""
    if table.keys() - keys:
        raise UsageError(f"{printable(min(table.keys() - keys), 80)} is not supported", where=place)


def _usable(pattern: str, place: str, for_scan: bool = False) -> int:
    """The number of groups of an expression that both libraries take."""
    import re2

    try:
        options = re2.Options()
        options.log_errors = False
        groups: int = re2.compile(pattern, options).groups
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        raise UsageError(f"not a regular expression of RE2: {printable(reason, 200)}", where=place) from error
    if for_scan:
        import hyperscan

        try:
            hyperscan.Database().compile(expressions=[pattern.encode()], ids=[0], elements=1, flags=[0])
        except hyperscan.error as error:
            raise UsageError(f"Hyperscan cannot take it: {printable(str(error), 200)}", where=place) from error
    return groups


def _table(table: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    value = table.get(name, {})
    if not isinstance(value, dict):
        raise UsageError(f"{name} is no table", where=where)
    return value


def _tables(table: dict[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise UsageError(f"{name} is no list of tables", where=where)
    return value


def _texts(table: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UsageError(f"{name} is no list of texts", where=where)
    return tuple(value)
