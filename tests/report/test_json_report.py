"""The JSON report is the contract: every field, strictly, and the same bytes each time."""

import json
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from jsonschema import Draft202012Validator

from scantling.model.coverage import Gap
from scantling.model.errors import Unscannable
from scantling.model.finding import KINDS, SEVERITIES, STATUSES
from scantling.model.report import Report
from scantling.report.json import render, schema
from scantling.report.load import load_report
from scantling.report.options import ReportOptions
from support.sample_report import HOSTILE, OPENSSL, finding, report, rich_report

SCHEMA = json.loads(schema())
OPTIONS = ReportOptions()


def encoded(value: Report) -> Any:
    return json.loads(render(value, OPTIONS))


def test_the_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "value",
    [report(), rich_report(), report(database=False), report(eol=None), rich_report(demo=True, reference=HOSTILE)],
)
def test_reports_conform(value: Report) -> None:
    Draft202012Validator(SCHEMA).validate(encoded(value))


def test_the_schema_is_strict() -> None:
    validator = Draft202012Validator(SCHEMA)
    good = encoded(rich_report())
    for path, damage in [
        ((), {"extra": 1}),
        (("findings", 0), {"severity": "SEVERE"}),
        (("findings", 0), {"kind": "other"}),
        (("gaps", 0), {"blocks": "yes"}),
        (("target",), {"layers": None}),
        ((), {"schema_version": 2}),
        (("verdict",), {"outcome": "ok"}),
    ]:
        bad = json.loads(json.dumps(good))
        place = bad
        for step in path:
            place = place[step]
        place.update(damage)
        assert not validator.is_valid(bad), (path, damage)


def test_the_schema_has_the_fields_of_the_model_in_their_order() -> None:
    """Walks the dataclasses and the schema side by side."""
    seen = 0

    def check(kind: Any, node: dict[str, Any]) -> None:
        nonlocal seen
        if "$ref" in node:
            node = SCHEMA["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        if "anyOf" in node:
            node = node["anyOf"][0]
            return check(kind, node)
        members = [member for member in get_args(kind) if is_dataclass(member)]
        if not is_dataclass(kind):
            if members:
                check(members[0], node["items"] if node.get("type") == "array" else node)
            return None
        hints = get_type_hints(kind)
        assert list(node["properties"]) == [field.name for field in fields(kind)] == node["required"], kind
        assert node["additionalProperties"] is False
        seen += 1
        for field in fields(kind):
            check(hints[field.name], node["properties"][field.name])
        return None

    check(Report, SCHEMA)
    assert seen >= 20


def test_the_schema_has_the_words_of_the_model() -> None:
    finding_ = SCHEMA["$defs"]["finding"]["properties"]
    assert tuple(finding_["severity"]["enum"]) == SEVERITIES
    assert tuple(finding_["kind"]["enum"]) == KINDS
    assert tuple(finding_["status"]["enum"]) == STATUSES


def test_form() -> None:
    raw = render(report(), OPTIONS)
    assert raw.startswith(b'{\n  "schema_version": 1,\n  "tool": {\n')
    assert raw.endswith(b"}\n")


def test_a_lone_surrogate_does_not_stop_the_report() -> None:
    value = report((finding("CVE-1", OPENSSL, title="half \ud800 pair"),), (OPENSSL,))
    assert encoded(value)["findings"][0]["title"] == "half \ufffd pair"


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    value = rich_report(reference=HOSTILE)
    path.write_bytes(render(value, OPTIONS))
    assert load_report(path) == value


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"schema_version": 2}', b'{"schema_version": 1}', b"\xff", b"[" * 100_000, b"null"],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(Unscannable):
        load_report(path)


def test_a_missing_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unscannable, match="No such file"):
        load_report(tmp_path / "none.json")


def test_status_word_of_an_unknown_severity_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    value = rich_report()
    path.write_bytes(
        render(replace(value, gaps=(Gap("x", "y", "z"),)), OPTIONS).replace(b'"blocks": true', b'"blocks": 7')
    )
    with pytest.raises(Unscannable, match="blocks"):
        load_report(path)


def test_same_bytes_under_any_hash_seed() -> None:
    program = (
        "import sys\n"
        "from support.sample_report import rich_report\n"
        "from scantling.policy.evaluate import evaluate\n"
        "from scantling.policy.gate import Gate\n"
        "from dataclasses import replace\n"
        "from scantling.report.catalog import REPORTERS, reporter\n"
        "from scantling.report.options import ReportOptions\n"
        "gate = Gate(exit_code=1, exit_on_eol=1, severities=frozenset({'HIGH', 'LOW', 'CRITICAL'}),"
        " ignore_status=frozenset({'affected', 'unverified'}))\n"
        "report = rich_report(eol=True)\n"
        "report = replace(report, verdict=evaluate(report, gate))\n"
        "options = ReportOptions(list_packages=True, template='{{ report }}')\n"
        "for name in REPORTERS: sys.stdout.buffer.write(reporter(name)(report, options))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
