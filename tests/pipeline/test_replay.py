"""Records of scans: written and read again without loss, refused when changed; and the causes of a changed verdict."""

from __future__ import annotations

import json
import runpy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.db.build import build_file
from scantling.exceptions.entry import Entry, Place
from scantling.model.errors import UsageError
from scantling.pipeline.database import open_for
from scantling.pipeline.excuse import Excuses
from scantling.pipeline.options import DatabaseChoice, ScanOptions, no_progress
from scantling.pipeline.record import Record, digests_of, encode, read_record, record_of
from scantling.pipeline.replay import Changed, replay
from scantling.pipeline.scan import scan_in_full
from scantling.policy.asked import Asked, read_policies
from scantling.policy.gate import Gate
from support.oci import build_layout
from support.tars import Member, tar

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEY = b"-----BEGIN RSA PRIVATE KEY-----\n" + b"MIIEowIBAAKCAQEAx7w3" * 20 + b"\n-----END RSA PRIVATE KEY-----\n"


def policy(tmp_path: Path, rules: str, name: str = "p") -> Asked:
    (tmp_path / f"{name}.yaml").write_text(f"version: 1\nrules:\n{rules}")
    return read_policies([str(tmp_path / f"{name}.yaml")])


def recorded(tmp_path: Path, **more: object) -> Record:
    layout = build_layout(tmp_path / "image", [tar([Member("srv/server.key", KEY)])])
    settings: dict[str, object] = {
        "now": NOW, "cache_dir": tmp_path / "cache", "scanners": frozenset({"secret"}), "gate": Gate(has_policy=True),
        "policies": policy(tmp_path, "  - rule: secrets\n  - rule: user\n"), "history": tmp_path / "history",
    }  # fmt: skip
    options = ScanOptions(**(settings | more))  # type: ignore[arg-type]
    target = f"oci:{layout}:latest"
    return record_of(target, scan_in_full(target, options), options)


def stored(tmp_path: Path, record: Record) -> Path:
    path = tmp_path / "record.json"
    path.write_bytes(encode(record))
    return path


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = recorded(tmp_path)
    again = read_record(stored(tmp_path, record))
    assert again == record
    assert encode(again) == encode(record)
    played = replay(again, None)
    assert played.same and played.steps == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.replace(b"srv/server.key", b"srv/nothing.ky"), "was changed after it was written"),
        (lambda data: data.replace(b'"scantling_record":1', b'"scantling_record":2'), "has version 2"),
        (lambda data: data[: len(data) // 2], "not a record of a scan"),
        (lambda data: b"[]", "not a record of a scan"),
        (lambda data: b"{}", "not a record of a scan"),
        (lambda data: b"[" * 100_000, "not a record of a scan"),
        (lambda data: b"\xff\xfe", "not a record of a scan"),
    ],
)
def test_what_is_no_record_is_refused(change: object, said: str, tmp_path: Path) -> None:
    path = stored(tmp_path, recorded(tmp_path))
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(UsageError, match=said):
        read_record(path)
    assert main(["replay", str(path), "-q"]) == 2
    assert main(["replay", str(tmp_path / "absent"), "-q"]) == 2


def test_the_digest_of_each_input_tells_it_from_others(tmp_path: Path) -> None:
    record = recorded(tmp_path)
    before = digests_of(record)
    entry = Entry(place=Place("f", 1), id="x")
    other = {
        "image": replace(record, inspected=replace(record.inspected, findings=())),
        "database": replace(record, database="sha256:1"),
        "policy": replace(record, rules=replace(record.rules, environment="dev")),
        "exceptions": replace(record, accepted=replace(record.accepted, entries=(entry,))),
    }
    for word, changed in other.items():
        after = digests_of(changed)
        assert {name for name in before if before[name] != after[name]} == {word}


def test_each_cause_is_told_apart(tmp_path: Path) -> None:
    """All at once: the user rule goes with the policy, the secret with an exception, and comes back with the time."""
    record = recorded(tmp_path)
    (secret,) = {one.id for one in record.inspected.findings if one.path == "srv/server.key"}
    entry = Entry(place=Place("f", 1), id=secret, reason="r", owner="o", expires=date(2026, 12, 1))
    changed = Changed(
        rules=replace(record.rules, policies=policy(tmp_path, "  - rule: secrets\n", "q").policies),
        accepted=replace(record.accepted, entries=(entry,)),
        now=NOW + timedelta(days=30),
    )
    played = replay(record, None, changed)
    assert [(step.cause, step.before, step.after) for step in played.steps] == [
        ("policy", "fail", "fail"), ("exceptions", "fail", "pass"), ("time", "pass", "fail"),
    ]  # fmt: skip
    policy_, exceptions, time = played.steps
    assert [text.partition(":")[0] for text in policy_.gone] == ["user"] and policy_.come == ()
    assert exceptions.gone == (f"secrets: {secret} in srv/server.key",) and exceptions.come == ()
    assert time.come == (f"the exception for {secret} expired on 2026-12-01", f"secrets: {secret} in srv/server.key")
    assert not played.same


def test_days_of_grace_are_counted_from_the_recorded_history(tmp_path: Path) -> None:
    graced = policy(tmp_path, "  - rule: secrets\n    grace: 10\n")
    record = recorded(tmp_path, policies=graced)
    (tmp_path / "history").unlink()  # what was seen when is in the record
    assert record.verdict.outcome == "pass" and len(record.verdict.warnings) == 1
    assert replay(record, None).same
    (step,) = replay(record, None, Changed(now=NOW + timedelta(days=11))).steps
    assert (step.cause, step.after) == ("time", "fail")


def test_a_rule_in_rego_is_replayed(tmp_path: Path) -> None:
    (tmp_path / "p.rego").write_text(
        "package main\nimport rego.v1\n"
        'deny contains "a secret" if {\n some f in input.findings\n f.kind == "secret"\n}\n'
    )
    record = recorded(tmp_path, policies=read_policies([str(tmp_path / "p.rego")]))
    assert [one.message for one in record.verdict.violations] == ["a secret"]
    (tmp_path / "p.rego").unlink()
    assert replay(read_record(stored(tmp_path, record)), None).same


def test_a_policys_limit_goes_with_the_policy(tmp_path: Path) -> None:
    entry = Entry(place=Place("f", 1), id="*key*", reason="r", expires=date(2027, 11, 23), added=date(2026, 11, 23))
    record = recorded(tmp_path, excuses=Excuses((entry,)))
    named = replace(entry, id=record.inspected.findings[0].id)
    record = recorded(tmp_path, excuses=Excuses((named,)))
    (tmp_path / "short.yaml").write_text(
        "version: 1\nexceptions: {max_days: 90}\nrules:\n  - rule: secrets\n  - rule: user\n"
    )
    rules = replace(record.rules, policies=read_policies([str(tmp_path / "short.yaml")]).policies)
    (step,) = replay(record, None, Changed(rules=rules)).steps
    assert step.cause == "policy"
    assert any("lasts 365 days, and the policy allows 90 days" in text for text in step.come)


def test_the_command_line_writes_and_replays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layout = build_layout(tmp_path / "image", [tar([Member("srv/server.key", KEY)])])
    (tmp_path / "p.yaml").write_text("version: 1\nrules:\n  - rule: secrets\n")
    record = tmp_path / "r.json"
    asked = ["image", f"oci:{layout}:latest", "--scanners", "secret", "--policy", str(tmp_path / "p.yaml")]
    shown = ["-f", "json", "-o", str(tmp_path / "a.json")]
    assert main([*asked, "--record", str(record), *shown, "--cache-dir", str(tmp_path / "c")]) == 1
    first = (tmp_path / "a.json").read_bytes()
    capsys.readouterr()
    assert main(["replay", str(record), *shown]) == 1
    assert (tmp_path / "a.json").read_bytes() == first
    assert "the same image, database, policies, exceptions and time" in capsys.readouterr().err
    assert json.loads(record.read_bytes())["scantling_record"] == 1


def test_a_record_of_another_program_that_gives_another_report_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = replace(recorded(tmp_path), tool="0.0.1", report="0" * 64)
    assert main(["replay", str(stored(tmp_path, record)), "-o", str(tmp_path / "x")]) == 3
    said = capsys.readouterr().err
    assert "the same inputs gave another report" in said and "written by version 0.0.1" in said


def test_a_record_that_cannot_be_written_is_told_before_the_scan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["image", "oci:/nowhere", "--record", str(tmp_path / "absent" / "r.json")]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_what_is_to_be_said_of_another_database_is_said(tmp_path: Path) -> None:
    """A record of a real database, replayed with the small one of the demonstration: that says nothing of an image."""
    demo = Path(__file__).resolve().parents[2] / "demo" / "build_feed.py"
    mirror = runpy.run_path(str(demo))["build"](tmp_path / "mirror")
    build_file(tmp_path / "demo.sqlite", str(mirror), NOW)
    record = replace(recorded(tmp_path), database="sha256:" + "0" * 64)
    choice = DatabaseChoice(tmp_path / "demo.sqlite", update=False)
    database, gaps = open_for(ScanOptions(database=choice, cache_dir=tmp_path / "cache", now=NOW), no_progress)
    with database:
        played = replay(record, database, database_gaps=gaps)
    assert [step.cause for step in played.steps] == ["database"]
    assert "demo-database" in {gap.what for gap in played.report.gaps if gap.blocks}
    assert played.report.status == "incomplete"
