"""A program that answers like ``opa``: parse, check, eval and capabilities, by OPA's own library (opa_bindings).

No package has the real binary; the library is built of the same code, and its ``rego.parse_module`` prints the same
trees. Run as ``python opa_program.py ARGUMENTS``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    from opa_bindings import OpaEngine, OpaError  # type: ignore[import-not-found]

    command, *rest = arguments
    if command == "capabilities":
        print(json.dumps({"builtins": [{"name": "count"}, {"name": "http.send"}]}))
        return 0
    files = [word.removeprefix("--data=") for word in rest if word.endswith(".rego")]
    with OpaEngine() as engine:
        try:
            if command == "parse":
                source = Path(files[0]).read_text()
                asked = {"name": files[0], "source": source}
                found = engine.eval_query("x := rego.parse_module(input.name, input.source)", asked)
                print(json.dumps(found[0]["x"]))
                return 0
            for file in files:
                engine.add_policy(file, Path(file).read_text())
            if command == "check":
                engine.eval_query("true")
                return 0
            if "--data=data.json" in rest:
                engine.add_data(json.loads(Path("data.json").read_text()))
            rows = engine.eval_query(f"x := {rest[-1]}", json.load(sys.stdin))
            print(json.dumps({"result": [{"expressions": [{"value": row["x"]}]} for row in rows]}))
        except OpaError as error:
            file, _, more = str(error).partition(".rego:")
            row = more.partition(":")[0]
            place = {"file": file.rpartition(" ")[2] + ".rego", "row": int(row) if row.isdigit() else 0}
            where = sys.stdout if command == "eval" else sys.stderr  # as OPA does
            print(json.dumps({"errors": [{"message": str(error), "code": "x", "location": place}]}), file=where)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
