"""The program of the child process in which Rego is read and evaluated. Its parent is ``child``.

Standard input: one line of JSON (the request), then the data, then the inputs, one JSON text a line. Standard output:
one line of JSON for each thing that is known, so that a parent who kills this process knows what it was at.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from scantling.guard.confine import confine

_PLACE = re.compile(r"--> (?P<file>[^\n]{0,4096}):(?P<line>[0-9]{1,9}):[0-9]{1,9}\n")
_SAID = re.compile(r"error: (?P<text>[^\n]{1,2000})")


def main() -> None:
    """Answer one request."""
    stdin = sys.stdin.buffer
    request = json.loads(stdin.readline())
    with suppress(ValueError, OSError):  # macOS refuses; the parent's deadline is left
        confine(request["memory_bytes"])
    data = stdin.read(request["data_bytes"]).decode()
    emit = _emitter()
    import regorus

    if request["task"] == "check":
        from scantling.rego.inspect import inspect

        emit({"builtins": _builtins(regorus)})
        faulty = False
        for found in inspect(regorus, request["modules"]):
            faulty = faulty or "fault" in found
            emit(found)
        if not faulty:
            try:  # whatever is asked for, all modules are compiled first
                _engine(regorus, request, data).eval_query('data["scantling"]["nothing"]')
            except RuntimeError as error:
                emit({"fault": fault_text(str(error))})
    else:
        inputs = stdin.read().splitlines()
        for answer in _evaluate(_engine(regorus, request, data), request["rules"], inputs, request["begin"], emit):
            emit(answer)
    emit({"done": True})


def _emitter() -> Callable[[dict[str, Any]], None]:
    out = sys.stdout.buffer

    def emit(value: dict[str, Any]) -> None:
        out.write(json.dumps(value).encode() + b"\n")
        out.flush()

    return emit


def _engine(regorus: Any, request: dict[str, Any], data: str) -> Any:
    from scantling.rego.builtins import extensions

    engine = regorus.Engine()
    engine.set_gather_prints(True)
    for name, arity, function in extensions(request["now_ns"], frozenset(request["calls"])):
        engine.add_extension(name, arity, function)
    for module in request["modules"]:
        engine.set_rego_v0(module["version"] == 0)
        engine.add_policy(module["name"], module["source"])
    engine.add_data_json(data)
    return engine


def _builtins(regorus: Any) -> list[str]:
    runtime = json.loads(regorus.Engine().eval_query_as_json("opa.runtime()"))
    return list(runtime["result"][0]["expressions"][0]["value"]["builtins"])


def _evaluate(
    engine: Any, rules: list[list[str]], inputs: list[bytes], begin: int, emit: Callable[[dict[str, Any]], None]
) -> Iterator[dict[str, Any]]:
    """Each unit is one rule for one input, numbered in that order; those before ``begin`` are done already."""
    queries = ["data" + "".join(f"[{json.dumps(part)}]" for part in path) for path in rules]
    for number in range(begin, len(inputs) * len(queries)):
        index, rule = divmod(number, len(queries))
        if rule == 0 or number == begin:
            engine.set_input_json(inputs[index].decode())
        emit({"begin": number})
        try:
            answer = json.loads(engine.eval_query_as_json(queries[rule])).get("result") or []
            values = [part["expressions"][0]["value"] for part in answer]
            engine.take_prints()
        except (RuntimeError, TypeError, ValueError, KeyError, IndexError) as error:
            yield {"unit": number, "fault": fault_text(str(error))}
            continue
        yield {"unit": number, "values": values}


def fault_text(text: str) -> str:
    """What the engine says of an error, on one line with its place, without the stack of its own."""
    text = text.split("\nStack backtrace", 1)[0].strip()
    place, said = _PLACE.search(text), _SAID.search(text)
    what = said["text"] if said else " ".join(text.split())[:300]
    return f"{place['file']}:{place['line']}: {what}" if place else what


if __name__ == "__main__":
    main()
