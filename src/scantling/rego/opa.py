"""A real OPA as the engine: the program ``opa`` that the user names, run for each question, bounded in time.

It gets the same inputs, the scan's clock and strict built-in errors; its capabilities leave out what is refused.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.model.errors import UsageError

from .builtins import REFUSED
from .bundle import Answer, Bundle, Checked, RuleName
from .engines import Engine
from .opa_answers import answers_of, query, rules_of, said
from .roots import outside_roots

_MIB_PER_S = 1  # OPA reads and evaluates a quarter as fast as the engine that is built in
_START_S = 2.0  # it is a large program
_V0 = "--v0-compatible"


def opa_engine(program: Path) -> Engine:
    """The engine that ``program`` is. Raises ``UsageError`` where there is none."""
    if not program.is_file() or not os.access(program, os.X_OK):
        raise UsageError("no program that can be run", where=f"--opa {program}", hint="name the opa binary")
    return Engine(partial(_check, program), partial(_evaluate, program))


def _check(program: Path, bundle: Bundle) -> Checked:
    deadline = time.monotonic() + limits.REGO_CHECK_S
    with _laid_out(program, bundle, deadline) as folder:
        rules: dict[tuple[tuple[str, ...], str], RuleName] = {}
        versions = []
        for number, module in enumerate(bundle.modules):
            version, tree = _parsed(program, folder, number, module.version, deadline, bundle)
            versions.append((module.name, version))
            for rule in rules_of(tree, module.name):
                if outside_roots(rule.package, bundle.roots):
                    raise UsageError(f"the package {'.'.join(rule.package)} is outside the roots", where=module.name)
                rules.setdefault((rule.package, rule.name), rule)
        checked = Checked(bundle, tuple(rules[key] for key in sorted(rules)), tuple(versions))
        command = ["check", "--format", "json", "--capabilities", "capabilities.json", *_flags(checked)]
        answer = _run(program, [*command, *_modules(bundle)], folder, b"", deadline)
        fault = said(answer)
        if fault is not None:
            raise _invalid(fault, bundle)
    return checked


def _evaluate(
    program: Path, checked: Checked, rules: Sequence[RuleName], inputs: Sequence[bytes], now: datetime
) -> tuple[tuple[Answer, ...], ...]:
    if not rules or not inputs:
        return tuple(() for _ in inputs)
    document = b"[" + b",".join(inputs) + b"]"
    patience = limits.REGO_RULE_S + _START_S + len(document) / (_MIB_PER_S * limits.MIB)
    deadline = time.monotonic() + max(limits.REGO_TOTAL_S, patience)
    ask = partial(_asked, program, checked, document=document, now=now, deadline=deadline, patience=patience)
    try:
        with _laid_out(program, checked.bundle, deadline) as folder:
            together = ask(folder, rules)
            if isinstance(together, str) and len(rules) > 1:  # one of them fails: each is asked alone
                columns = [_column(ask(folder, (rule,)), len(inputs)) for rule in rules]
                return tuple(zip(*columns, strict=True))
    except UsageError as error:
        together = error.what
    if isinstance(together, str):
        return tuple(tuple(Answer(fault=together) for _ in rules) for _ in inputs)
    return together


def _column(given: str | tuple[tuple[Answer, ...], ...], inputs: int) -> list[Answer]:
    return [Answer(fault=given)] * inputs if isinstance(given, str) else [row[0] for row in given]


def _asked(
    program: Path,
    checked: Checked,
    folder: Path,
    rules: Sequence[RuleName],
    *,
    document: bytes,
    now: datetime,
    deadline: float,
    patience: float,
) -> str | tuple[tuple[Answer, ...], ...]:
    """What each rule gives for each input, or why none can be had."""
    data = [f"--data={name}" for name in (*_modules(checked.bundle), "data.json")]
    command = ["eval", "--format", "json", "--stdin-input", "--strict-builtin-errors", *data, *_flags(checked)]
    command += ["--capabilities", "capabilities.json", query(rules, now)]
    try:
        answer = _run(program, command, folder, document, min(deadline, time.monotonic() + patience))
    except UsageError as error:
        return error.what
    fault = said(answer)
    return _named(fault[0], checked.bundle) if fault is not None else answers_of(answer)


def _parsed(
    program: Path, folder: Path, number: int, version: int | None, deadline: float, bundle: Bundle
) -> tuple[int, Mapping[str, Any]]:
    faults = []
    for tried in (1, 0) if version is None else (version,):
        flags = [] if tried else [_V0]
        answer = _run(program, ["parse", "--format", "json", *flags, f"m{number}.rego"], folder, b"", deadline)
        fault = said(answer)
        if fault is None:
            return tried, answer
        faults.append(fault)
    raise _invalid(faults[0], bundle)


def _flags(checked: Checked) -> list[str]:
    spoken = {version for _, version in checked.versions}
    if len(spoken) > 1:
        older = next(name for name, version in checked.versions if not version)
        raise UsageError(
            "OPA reads Rego v0 and v1 not together", where=older, hint="write this module in v1, or leave out --opa"
        )
    return [_V0] if spoken == {0} else []


def _modules(bundle: Bundle) -> list[str]:
    return [f"m{number}.rego" for number in range(len(bundle.modules))]


@contextmanager
def _laid_out(program: Path, bundle: Bundle, deadline: float) -> Iterator[Path]:
    """A directory of the bundle's modules (m0.rego ...), its data, and what OPA may do."""
    with tempfile.TemporaryDirectory(prefix="scantling-opa-") as name:
        folder = Path(name)
        for number, module in enumerate(bundle.modules):
            (folder / f"m{number}.rego").write_text(module.source, encoding="utf-8")
        (folder / "data.json").write_bytes(bundle.data)
        able = _run(program, ["capabilities", "--current"], folder, b"", deadline)
        able["builtins"] = [one for one in able.get("builtins", []) if one.get("name") not in REFUSED]
        able["allow_net"] = []
        (folder / "capabilities.json").write_text(json.dumps(able), encoding="utf-8")
        yield folder


def _run(program: Path, arguments: Sequence[str], folder: Path, stdin: bytes, deadline: float) -> dict[str, Any]:
    """The JSON that OPA prints. Raises ``UsageError`` where it prints none in time."""
    environment = {"PATH": os.environ.get("PATH", ""), "GOMEMLIMIT": str(limits.WORKER_BYTES)}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as feed:
        feed.write(stdin)
        feed.seek(0)
        try:
            left = max(deadline - time.monotonic(), 0.01)
            ended = subprocess.run(
                [str(program.resolve()), *arguments],
                stdin=feed,
                stdout=out,
                stderr=errors,
                cwd=folder,
                env=environment,
                timeout=left,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UsageError("OPA did not end in time", where=str(program)) from None
        except OSError as error:
            raise UsageError(f"OPA could not be run: {error.strerror}", where=str(program)) from None
        out.seek(0)
        errors.seek(0)
        printed, complained = out.read(limits.REGO_ANSWER_BYTES + 1), errors.read(limits.MIB)
    if len(printed) > limits.REGO_ANSWER_BYTES:
        raise UsageError(f"OPA gave more than {limits.REGO_ANSWER_BYTES} bytes of results", where=str(program))
    value = _object(printed) if printed.strip() else None
    if ended.returncode and not (value or {}).get("errors"):  # parse and check say what is wrong on stderr
        value = _object(complained)
        if value is None or not value.get("errors"):
            text = complained.decode("utf-8", "replace").strip()
            value = {"errors": [{"message": text[:2_000] or f"it ended with status {ended.returncode}"}]}
    if value is None and printed.strip():
        raise UsageError("OPA did not answer in JSON: is it OPA 1.0 or later?", where=str(program))
    return value or {}


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _invalid(fault: tuple[str, int], bundle: Bundle) -> UsageError:
    text, number = fault
    return UsageError(f"the policy is not valid Rego: {_named(text, bundle)}", where=bundle.modules[number].name)


def _named(text: str, bundle: Bundle) -> str:
    """``text`` with the user's names of the modules."""
    for number in reversed(range(len(bundle.modules))):
        text = text.replace(f"m{number}.rego:", f"{bundle.modules[number].name}:")
    return text
