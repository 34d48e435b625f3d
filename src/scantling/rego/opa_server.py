"""A running OPA as the engine: policies and data are put on it, asked, and taken off again (OPA's REST API, version 1).

Two users of one server would see each other's packages, so that a package or data that is there already is refused.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from scantling.guard import limits
from scantling.model.errors import Unscannable, UsageError
from scantling.net.client import Client, NetOptions
from scantling.net.url import parse_url

from .builtins import REFUSED
from .bundle import Answer, Bundle, Checked, RuleName
from .engines import Engine
from .opa_answers import query, rules_of, said
from .roots import outside_roots

_ASKED = "scantling_asked"  # the package of the module that asks
_GONE = frozenset({200, 204, 404})


def server_engine(url: str, *, offline: bool = False) -> Engine:
    """The engine that the OPA at ``url`` (http or https) is."""
    return Engine(partial(_check, url, offline), partial(_evaluate, url, offline))


@dataclass(frozen=True, slots=True)
class _Server:
    client: Client
    url: str

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        """The JSON of the answer, {} for an empty one. An error of OPA's is returned as it says it."""
        headers = {"content-type": kind} if body is not None else {}
        with self.client.request(method, f"{self.url}/v1/{path}", headers=headers, content=body, retries=0) as response:
            text = response.body(limits.REGO_ANSWER_BYTES)
            if response.status >= 400 and response.status not in _GONE and not text.startswith(b"{"):
                raise UsageError(f"the OPA server answered {response.status}", where=self.url)
        try:
            value = json.loads(text or b"{}")
        except ValueError:
            raise UsageError("this is no OPA server: it does not answer in JSON", where=self.url) from None
        return _flat(value) if isinstance(value, dict) else {}


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    """An error with its details, or without any, in one shape."""
    if "code" in value and "message" in value and not value.get("errors"):
        value["errors"] = [{"message": value["message"]}]
    return value


@contextmanager
def _session(url: str, offline: bool) -> Iterator[_Server]:
    named = parse_url(url)
    options = NetOptions(insecure=True, offline=offline, read_timeout_s=limits.REGO_TOTAL_S).naming({named.netloc})
    client = Client(options)
    try:
        yield _Server(client, url.rstrip("/"))
    except Unscannable as error:
        raise UsageError(f"the OPA server cannot be asked: {error.what}", where=url, hint=error.hint) from None
    finally:
        client.close()


@contextmanager
def _placed(server: _Server, bundle: Bundle) -> Iterator[list[dict[str, Any]]]:
    """The trees of the bundle's modules while they, and its data, are on the server."""
    here = f"scantling/{bundle.digest[:16] or bundle.name}"
    there = [one for one in server.call("GET", "policies").get("result") or [] if isinstance(one, dict)]
    taken = {_package(one.get("ast") or {}) for one in there if not str(one.get("id")).startswith(here)}
    with ExitStack() as undo:
        trees = []
        for number, module in enumerate(bundle.modules):
            path = f"policies/{quote(f'{here}/m{number}.rego')}"
            fault = said(server.call("PUT", path, module.source.encode(), "text/plain"))
            if fault is not None:
                raise UsageError(f"the policy is not valid Rego: {fault[0]}", where=module.name)
            undo.callback(server.call, "DELETE", path)
            tree = (server.call("GET", path).get("result") or {}).get("ast") or {}
            if _package(tree) in taken:
                name = ".".join(_package(tree))
                raise UsageError(f"the OPA server has a package {name} of others", where=server.url)
            trees.append(tree)
        for key, value in json.loads(bundle.data).items():
            path = f"data/{quote(key, safe='')}"
            if "result" in server.call("GET", path):
                raise UsageError(f"the OPA server has data.{key} already", where=server.url)
            fault = said(server.call("PUT", path, json.dumps(value).encode()))
            if fault is not None:
                raise UsageError(f"the OPA server refused data.{key}: {fault[0]}", where=server.url)
            undo.callback(server.call, "DELETE", path)
        yield trees


def _check(url: str, offline: bool, bundle: Bundle) -> Checked:
    rules: dict[tuple[tuple[str, ...], str], RuleName] = {}
    with _session(url, offline) as server, _placed(server, bundle) as trees:
        for module, tree in zip(bundle.modules, trees, strict=True):
            for name in sorted(set(_references(tree)) & set(REFUSED)):
                raise UsageError(f"{name} is refused: {REFUSED[name]}", where=module.name)
            for rule in rules_of(tree, module.name):
                if outside_roots(rule.package, bundle.roots):
                    raise UsageError(f"the package {'.'.join(rule.package)} is outside the roots", where=module.name)
                rules.setdefault((rule.package, rule.name), rule)
    return Checked(bundle, tuple(rules[key] for key in sorted(rules)), tuple((m.name, 1) for m in bundle.modules))


def _evaluate(
    url: str, offline: bool, checked: Checked, rules: Sequence[RuleName], inputs: Sequence[bytes], now: datetime
) -> tuple[tuple[Answer, ...], ...]:
    if not rules or not inputs:
        return tuple(() for _ in inputs)
    body = b'{"input": [' + b",".join(inputs) + b"]}"
    try:
        with _session(url, offline) as server, _placed(server, checked.bundle):
            columns: list[list[Answer]] = []
            deadline = time.monotonic() + limits.REGO_TOTAL_S
            for rule in rules:  # one at a time: one that fails must not take the others with it
                late = time.monotonic() >= deadline
                given = "not evaluated: OPA took too long" if late else _asked(server, rule, body, now)
                columns.append([Answer(fault=given)] * len(inputs) if isinstance(given, str) else given)
    except UsageError as error:
        return tuple(tuple(Answer(fault=error.what) for _ in rules) for _ in inputs)
    return tuple(zip(*columns, strict=True))


def _asked(server: _Server, rule: RuleName, body: bytes, now: datetime) -> list[Answer] | str:
    """What ``rule`` gives for each input. The question is a module, since only documents are evaluated strictly."""
    path = f"policies/scantling/{_ASKED}.rego"
    module = f"package {_ASKED}\n\nanswer := {query((rule,), now)}\n"
    fault = said(server.call("PUT", path, module.encode(), "text/plain"))
    if fault is not None:
        return fault[0]
    try:
        answer = server.call("POST", f"data/{_ASKED}/answer?strict-builtin-errors=true", body)
    finally:
        server.call("DELETE", path)
    fault = said(answer)
    if fault is not None:
        return fault[0]
    rows = answer.get("result")
    if not isinstance(rows, list):
        return "OPA gave no result"
    return [Answer(json.dumps(row[0][0]).encode() if row and row[0] else None) for row in rows]


def _package(tree: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(part.get("value")) for part in (tree.get("package") or {}).get("path", [])[1:])


def _references(tree: Any) -> Iterator[str]:
    """Every constant reference of a module, as dotted text: ``http.send``."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            parts = node.get("value")
            if node.get("type") == "ref" and isinstance(parts, list):
                yield ".".join(str(part.get("value")) for part in parts if isinstance(part, dict))
            stack += node.values()
