"""The audit trail: what a record says, that none is lost to others or to a crash, and that no change goes unseen."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import re
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from scantling.audit import trail
from scantling.audit.chain import Head
from scantling.audit.trail_verify import extract, verify, verify_extract
from scantling.audit.who import who
from scantling.cli.main import main
from scantling.guard import limits
from scantling.model.errors import ScantlingError, Unscannable, UsageError
from scantling.report.json import encode
from support.keys import key_pair
from support.oci import build_layout, tar
from support.sample_report import OPENSSL, finding, report

POLICY = "version: 1\nname: shop\nrules: [{rule: vulnerabilities, severity: [HIGH]}]\n"


def filled(path: Path, count: int) -> Path:
    for number in range(count):
        trail.append(path, {"time": f"2026-11-23T07:00:{number:02}Z", "outcome": "pass", "n": number})
    return path


def said(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_bytes(encode(replace(report((finding("CVE-1", OPENSSL),), (OPENSSL,)), scanners=("vuln",))))
    return path


# --- what a record says -----------------------------------------------------------------------------------------


def test_a_verdict_is_recorded_with_what_it_came_of(tmp_path: Path, saved: Path) -> None:
    file, policy, out = tmp_path / "trail.jsonl", tmp_path / "p.yaml", tmp_path / "out.json"
    policy.write_text(POLICY)
    asked = ["--policy", str(policy), "-q", "-f", "json", "-o", str(out), "--audit", str(file)]
    assert main(["policy", "check", str(saved), *asked]) == 1
    (record,) = said(file)
    assert record["command"] == "policy check"
    assert (record["outcome"], record["exit_code"], record["violations"]) == ("fail", 1, 1)
    assert record["target"] == {
        "reference": "shop/api:1.4",
        "image_digest": "sha256:" + "a" * 64,
        "config_digest": "sha256:" + "b" * 64,
        "platform": "linux/amd64",
    }
    assert record["database"] == {
        "digest": "sha256:" + "c" * 64,
        "built_at": "2026-11-23T05:00:00Z",
        "age_hours": 2.0,
    }
    told = record["policy"]
    assert isinstance(told, dict)
    assert told["policies"] == [{"name": "shop", "sha256": hashlib.sha256(POLICY.encode()).hexdigest()}]
    assert record["report_digest"] == "sha256:" + hashlib.sha256(out.read_bytes()).hexdigest()
    assert record["findings"] == {"HIGH": 1}


def test_every_command_with_a_verdict_leaves_a_record(tmp_path: Path, saved: Path) -> None:
    file = tmp_path / "trail.jsonl"
    image = build_layout(tmp_path / "image", [tar({"etc/os-release": b'ID=debian\nVERSION_ID="12"\n'})])
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "os-release").write_text('ID=debian\nVERSION_ID="12"\n')
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text("FROM debian:12\nUSER 1000\n")
    document = tmp_path / "sbom.json"
    document.write_text('{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}')
    packages = ["--scanners", "packages", "--cache-dir", str(tmp_path / "cache")]
    common = ["-q", "-o", str(tmp_path / "out"), "--audit", str(file)]
    assert main(["image", f"oci:{image}:latest", *packages, *common]) == 0
    assert main(["rootfs", str(root), *packages, *common]) == 0
    assert main(["sbom", str(document), *packages, *common]) == 0
    assert main(["config", str(dockerfile), *common]) == 0
    assert main(["diff", str(saved), str(saved), *common]) == 0
    assert main(["policy", "check", str(saved), "--policy", "default", *common]) in {0, 1, 4}
    assert main(["cis", str(saved), "--exit-code", "7", *common]) == 7
    assert main(["quickview", str(saved), *common]) == 0
    assert main(["explain", "CVE-1", str(saved), *common]) == 0
    commands = ["image", "rootfs", "sbom", "config", "diff", "policy check", "cis", "quickview", "explain"]
    assert [record["command"] for record in said(file)] == commands
    assert [(one["outcome"], one["exit_code"]) for one in said(file)][6:] == [("fail", 7), *[("not_asked", 0)] * 2]
    assert verify(file).head.sequence == len(commands)


def test_exceptions_and_the_like_are_recorded_with_their_digests(
    tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where the first of them lies
    Path("scantling-ignore.yaml").write_text("version: 1\nignore: []\n")
    Path("vex").mkdir()
    Path("vex/a.json").write_text('{"@context":"https://openvex.dev/ns/v0.2.0","@id":"x","statements":[]}')
    document = tmp_path / "sbom.json"
    document.write_text('{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}')
    words = ["--scanners", "packages", "-q", "-o", "out", "--audit", "trail.jsonl", "--vex", "vex"]
    assert main(["sbom", str(document), *words, "--baseline", str(saved)]) == 0
    (record,) = said(Path("trail.jsonl"))
    assert record["inputs"] == [
        {"kind": "exceptions", "name": "scantling-ignore.yaml", "sha256": sha256sum("scantling-ignore.yaml")},
        {"kind": "vex", "name": "vex", "sha256": None},
        {"kind": "baseline", "name": str(saved), "sha256": sha256sum(str(saved))},
    ]


def sha256sum(name: str) -> str:
    return subprocess.run(["sha256sum", name], capture_output=True, text=True, check=True).stdout.split()[0]


def test_a_scan_without_a_verdict_is_recorded_too(tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    assert main(["image", str(tmp_path / "missing.tar"), "--scanners", "packages", "--audit", str(file)]) == 3
    (record,) = said(file)
    assert (record["outcome"], record["exit_code"]) == ("error", 3)


@pytest.mark.parametrize(
    ("error", "code", "said_of_it"),
    [(KeyboardInterrupt(), 130, "KeyboardInterrupt"), (RuntimeError("x"), 3, "RuntimeError")],
)
def test_so_is_one_that_was_interrupted_or_fell_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said_of_it: str
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("scantling.pipeline.scan.open_target", broken)
    file = tmp_path / "trail.jsonl"
    assert main(["image", "oci:x", "--scanners", "packages", "--audit", str(file)]) == code
    (record,) = said(file)
    assert (record["outcome"], record["exit_code"], record["error"]) == ("error", code, said_of_it)


def test_a_verdict_that_cannot_be_recorded_is_no_pass(
    tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scantling.audit.trail.os.write", full)
    out = tmp_path / "out.json"
    assert main(["diff", str(saved), str(saved), "-q", "-o", str(out), "--audit", str(tmp_path / "trail.jsonl")]) == 3
    assert "cannot write the audit trail: No space left on device" in capsys.readouterr().err


def test_a_password_in_the_target_stays_out(tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    main(["image", "registry:jane:hunter2@registry.invalid/shop/api:1", "--offline", "--audit", str(file)])
    assert "hunter2" not in file.read_text() and "***@registry.invalid" in file.read_text()


def test_settings_and_environment_name_the_trail_too(
    tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCANTLING_AUDIT", str(tmp_path / "a.jsonl"))
    assert main(["diff", "-q", str(saved), str(saved), "-o", str(tmp_path / "o")]) == 0
    monkeypatch.delenv("SCANTLING_AUDIT")
    settings = tmp_path / "scantling.yaml"
    settings.write_text(f"audit: {tmp_path / 'b.jsonl'}\n")
    assert main(["diff", "-q", "-c", str(settings), str(saved), str(saved), "-o", str(tmp_path / "o")]) == 0
    assert len(said(tmp_path / "a.jsonl")) == len(said(tmp_path / "b.jsonl")) == 1


def test_who_is_what_kernel_and_pipeline_say() -> None:
    github = {"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "jane", "GITHUB_RUN_ID": "7", "GITHUB_TOKEN": "ghs_secret"}
    told = who(github)
    assert told["uid"] == os.getuid()
    assert told["ci"] == {"system": "github", "actor": "jane", "run": "7"}
    assert who({"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "jo\x1b[31m"})["ci"] == {
        "system": "gitlab",
        "actor": "jo\\x1b[31m",
    }
    assert who({"PATH": "/bin"})["ci"] is None


# --- the chain --------------------------------------------------------------------------------------------------


def test_any_tool_can_check_a_hash(tmp_path: Path) -> None:
    """With sed and sha256sum, as the manual says."""
    file = filled(tmp_path / "trail.jsonl", 3)
    previous = "0" * 64
    for number, record in enumerate(said(file), 1):
        assert (record["previous"], record["sequence"]) == (previous, number)
        shell = f"sed -n {number}p {file} | sed 's/\"hash\":\"[0-9a-f]*\",//' | tr -d '\\n' | sha256sum"
        previous = subprocess.run(shell, shell=True, capture_output=True, text=True, check=True).stdout[:64]
        assert record["hash"] == previous


def test_every_change_is_found(tmp_path: Path) -> None:
    """One bit anywhere; any line removed but the last, doubled, moved; a line made up with a right hash of its own."""
    file = filled(tmp_path / "trail.jsonl", 4)
    whole = file.read_bytes()
    head = verify(file).head
    for position in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[position] ^= 1
        file.write_bytes(damaged)
        try:
            found = verify(file, head)
        except Unscannable:
            continue
        pytest.fail(f"byte {position} changed, and {found}")
    lines = whole.splitlines(keepends=True)
    for changed in (lines[1:], lines[:1] + lines[2:], lines[:2] + lines[1:], [lines[1], lines[0], *lines[2:]]):
        file.write_bytes(b"".join(changed))
        with pytest.raises(Unscannable, match="does not follow"):
            verify(file)
    rest = lines[1].split(b",", 1)[1].replace(b'"pass"', b'"fail"')
    forged = b'{"hash":"%s",%s' % (hashlib.sha256(b"{" + rest.rstrip(b"\n")).hexdigest().encode(), rest)
    file.write_bytes(b"".join([lines[0], forged, *lines[2:]]))
    with pytest.raises(Unscannable, match="line 3"):
        verify(file)


def test_a_cut_end_shows_against_a_kept_head(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = filled(tmp_path / "trail.jsonl", 3)
    assert main(["audit", "head", str(file)]) == 0
    kept = capsys.readouterr().out.strip()
    assert re.fullmatch(r"3:[0-9a-f]{64}", kept)
    filled(file, 2)  # it grows: the kept head still counts
    assert main(["audit", "verify", str(file), "--expect-head", kept]) == 0
    assert "record 3 is there as it was" in capsys.readouterr().out
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:2]))
    assert main(["audit", "verify", str(file)]) == 0  # nothing in what is left says so,
    assert "--expect-head" in capsys.readouterr().err  # and that is said
    assert main(["audit", "verify", str(file), "--expect-head", kept]) == 3
    assert "its end was cut off" in capsys.readouterr().err
    rewritten = filled(tmp_path / "other.jsonl", 2)
    trail.append(rewritten, {"outcome": "pass", "n": 9})
    assert main(["audit", "verify", str(rewritten), "--expect-head", kept]) == 3
    assert main(["audit", "verify", str(file), "--expect-head", "3"]) == 2


# --- crashes and others -----------------------------------------------------------------------------------------


def torn_at(path: Path, keep: int) -> bytes:
    """A trail of two records, and the first ``keep`` bytes of a third: what a power cut leaves."""
    filled(path, 2)
    before = path.read_bytes()
    trail.append(path, {"time": "2026-11-23T08:00:00Z", "outcome": "fail"})
    third = path.read_bytes()[len(before) :]
    path.write_bytes(before + third[:keep])
    return third


@pytest.mark.parametrize("keep", [1, 9, 80, 200, -2])
def test_an_unfinished_record_is_told_from_tampering(tmp_path: Path, keep: int) -> None:
    file = tmp_path / "trail.jsonl"
    torn_at(file, keep)
    assert verify(file).unfinished > 0
    assert verify(file).head.sequence == 2
    assert main(["audit", "verify", str(file), "-q"]) == 4
    head = trail.append(file, {"outcome": "pass"})  # the next one states what it found
    assert head.sequence == 3
    found = verify(file)
    assert (found.recovered, found.unfinished) == ((3,), 0)
    assert main(["audit", "verify", str(file), "-q"]) == 0
    text = file.read_bytes()
    file.write_bytes(text.replace(b'"torn":{"bytes":', b'"torn":{"bytes":1'))
    with pytest.raises(Unscannable):
        verify(file)


def test_only_the_end_of_line_missing_is_a_whole_record(tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    torn_at(file, -1)
    assert (verify(file).head.sequence, verify(file).unfinished) == (3, 0)
    assert trail.append(file, {"outcome": "pass"}).sequence == 4
    assert verify(file).recovered == ()


def test_two_crashes_in_a_row_and_zeros_of_a_file_system(tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    third = torn_at(file, 50)
    file.write_bytes(file.read_bytes() + b"\n" + third[:30] + bytes(100))
    trail.append(file, {"outcome": "pass"})
    assert verify(file).recovered == (3,)


def test_the_first_record_of_all_may_be_torn(tmp_path: Path) -> None:
    file = filled(tmp_path / "trail.jsonl", 1)
    file.write_bytes(file.read_bytes()[:40])
    assert trail.append(file, {"outcome": "pass"}).sequence == 1
    assert verify(file).recovered == (1,)


def test_a_changed_last_record_is_not_taken_for_a_torn_one(tmp_path: Path) -> None:
    file = filled(tmp_path / "trail.jsonl", 2)
    file.write_bytes(file.read_bytes().replace(b'"n":1', b'"n":7'))
    with pytest.raises(Unscannable, match="line 2: it is not what its hash says"):
        verify(file)
    with pytest.raises(UsageError, match="was changed"):  # a new record would bury it
        trail.append(file, {"outcome": "pass"})


def test_writers_do_not_lose_each_others_records(tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=filled, args=(file, 10)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert verify(file).head.sequence == 40


@pytest.mark.parametrize("step", ["written", "synced"])
def test_a_writer_killed_after_any_step_leaves_a_trail_that_goes_on(tmp_path: Path, step: str) -> None:
    file = filled(tmp_path / "trail.jsonl", 1)
    child = os.fork()
    if child == 0:
        trail.append(file, {"outcome": "fail"}, crash_point=lambda at: os._exit(9) if at == step else None)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert verify(file).head.sequence == 2  # the kernel has it, and the lock is free
    assert trail.append(file, {"outcome": "pass"}).sequence == 3
    assert verify(file).recovered == ()


def test_a_full_disk_is_told_and_leaves_a_trail_that_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = filled(tmp_path / "trail.jsonl", 1)
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) > 100:
            return real(descriptor, data[:20])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("scantling.audit.trail.os.write", full)
        with pytest.raises(ScantlingError, match="No space left"):
            trail.append(file, {"outcome": "pass"})
    trail.append(file, {"outcome": "pass"})
    assert verify(file).recovered == (2,)


@pytest.mark.parametrize(
    "content", [b"", b"{\n", b"hello\n", b'{\n  "schema_version": 1\n}\n', b"\0" * 100, b'{"hash":"zz"}\n']
)
def test_other_files_are_neither_verified_nor_written_to(tmp_path: Path, content: bytes, saved: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(content)
    assert main(["audit", "verify", str(file)]) == 3
    if content:
        assert main(["diff", "-q", str(saved), str(saved), "--audit", str(file)]) == 2
        assert file.read_bytes() == content


def test_a_place_that_cannot_be_written_is_told_before_the_scan(tmp_path: Path, saved: Path) -> None:
    out = tmp_path / "out"
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "no" / "trail", tmp_path / "pipe"):
        assert main(["diff", "-q", str(saved), str(saved), "-o", str(out), "--audit", str(place)]) == 2
    assert not out.exists()


def test_a_line_without_end_is_bounded(tmp_path: Path) -> None:
    file = filled(tmp_path / "trail.jsonl", 1)
    with file.open("ab") as more:
        more.write(b'{"hash":"' + b"a" * (limits.TRAIL_TAIL_BYTES + limits.TRAIL_LINE_BYTES))
    with pytest.raises(Unscannable, match="longer than any record"):
        verify(file)
    with pytest.raises(UsageError):
        trail.append(file, {"outcome": "pass"})


# --- in the auditor's pack --------------------------------------------------------------------------------------


def test_a_pack_carries_the_records_of_its_period(
    tmp_path: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "trail.jsonl", tmp_path / "pack.tar"
    private, public = key_pair(tmp_path, "key")
    for day in (20, 22, 23, 25):
        trail.append(file, {"time": f"2026-11-{day}T07:00:00Z", "outcome": "pass"})
    words = ["-q", "-o", str(out), "--key", str(private), "--audit", str(file)]
    assert main(["audit", "pack", str(saved), *words, "--period", "2026-11-21..2026-11-24"]) == 0
    assert main(["audit", "verify", str(out), "--key", str(public)]) == 0
    with tarfile.open(out) as opened:
        held = opened.extractfile("trail.jsonl")
        assert held is not None
        assert held.read().splitlines() == file.read_bytes().splitlines()[1:3]
    assert "records 2 to 3, unbroken" in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b"2026-11-20", b"2026-11-19"))
    assert main(["audit", "pack", str(saved), *words]) == 3  # a broken trail is no evidence


def test_a_part_of_a_trail_is_held_to_its_chain(tmp_path: Path) -> None:
    lines = filled(tmp_path / "trail.jsonl", 5).read_bytes().splitlines(keepends=True)
    part = verify_extract(b"".join(lines[1:4]), "pack")
    assert (part.start, part.head.sequence) == (2, 4)
    torn = tmp_path / "torn.jsonl"
    torn_at(torn, 80)
    trail.append(torn, {"time": "2026-11-23T09:00:00Z", "outcome": "pass"})
    cut = extract(torn, "2026-11-23T08:30:00Z", "2026-11-23T09:30:00Z")
    assert verify_extract(cut, "pack").recovered == (3,)  # with the unfinished line that it states
    with pytest.raises(Unscannable, match="line 2: it does not follow"):
        verify_extract(b"".join([lines[1], lines[3]]), "pack")
    with pytest.raises(Unscannable, match="no record"):
        verify_extract(b"", "pack")


def test_an_empty_head_is_that_of_a_new_trail() -> None:
    assert str(Head()) == "0:" + "0" * 64
