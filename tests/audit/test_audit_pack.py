"""The auditor pack: what is in it, the same bytes each time, and no byte of it can be changed unseen."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from scantling.audit import archive
from scantling.audit.envelope import sign, verify
from scantling.cli.main import main
from scantling.guard import limits
from scantling.model.errors import UsageError
from scantling.model.finding import Suppression
from scantling.report.json import render
from scantling.report.options import ReportOptions
from support.keys import key_pair
from support.sample_report import OPENSSL, finding, report


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return key_pair(tmp_path, "key")


def saved(directory: Path, day: str, **more: object) -> Path:
    excused = finding("CVE-2", OPENSSL, suppressed=Suppression("scantling-ignore.yaml", "until the move", "2026-12-31"))
    made = replace(report((finding("CVE-1", OPENSSL, "CRITICAL", "4"), excused), (OPENSSL,)), scanners=("vuln",))
    made = replace(made, created_at=f"{day}T06:00:00Z", **more)  # type: ignore[arg-type]
    path = directory / f"{day}.json"
    path.write_bytes(render(made, ReportOptions()))
    return path


IGNORE = """\
version: 1
ignore:
  - {id: CVE-2, reason: until the move, owner: jane, expires: 2026-12-31}
"""


@pytest.fixture
def made(tmp_path: Path, keys: tuple[Path, Path]) -> Path:
    out = tmp_path / "pack.tar"
    assert make(tmp_path, keys[0], out, "--compliance", "cis-docker-1.6") == 0
    return out


def make(directory: Path, key: Path, out: Path, *more: str) -> int:
    reports = [str(saved(directory, day)) for day in ("2026-11-20", "2026-10-01")]
    where = ("--history", str(directory / "history.sqlite"), "--now", "2026-11-23T00:00:00Z")
    return main(["audit", "pack", *reports, "-q", "-o", str(out), "--key", str(key), *where, *more])


def check(pack: Path, key: Path) -> int:
    return main(["audit", "verify", str(pack), "--key", str(key)])


def test_the_pack_holds_what_an_auditor_asks_for(made: Path) -> None:
    with tarfile.open(made) as opened:  # any program unpacks it
        held = {member.name: opened.extractfile(member).read() for member in opened.getmembers()}  # type: ignore[union-attr]
    assert {"manifest.json", "manifest.dsse.json", "reports/0001.json", "reports/0002.json", "report.html",
            "sbom.cdx.json", "controls.csv", "controls.json", "decisions.json", "databases.json", "exceptions.json",
            "configuration.json"} == set(held)  # fmt: skip
    assert json.loads(held["sbom.cdx.json"])["bomFormat"] == "CycloneDX"
    decisions = json.loads(held["decisions.json"])
    assert [one["scanned_at"][:10] for one in decisions] == ["2026-10-01", "2026-11-20"]  # oldest first
    matrix = list(csv.DictReader(io.StringIO(held["controls.csv"].decode(), newline="")))
    assert [row["control"] for row in matrix] == [f"4.{n}" for n in range(1, 13)]
    manifest = json.loads(held["manifest.json"])
    assert manifest["predicate"]["image_digest"] == "sha256:" + "a" * 64
    assert manifest["predicate"]["database"]["digest"] == "sha256:" + "c" * 64
    assert manifest["predicate"]["period"] == {"from": "2026-10-01T06:00:00Z", "to": "2026-11-20T06:00:00Z"}


def test_exceptions_name_their_owner_and_policies_are_kept(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    ignore, policy, out = tmp_path / "scantling-ignore.yaml", tmp_path / "p.yaml", tmp_path / "pack.tar"
    ignore.write_text(IGNORE)
    policy.write_text("version: 1\nrules: [{rule: user}]\n")
    assert make(tmp_path, keys[0], out, "--ignorefile", str(ignore), "--policy", str(policy)) == 0
    held = archive.read(out.read_bytes(), "pack.tar")
    exceptions = json.loads(held["exceptions.json"])
    assert [(one["id"], one["owner"]) for one in exceptions["granted"]] == [("CVE-2", "jane")]
    assert {one["reason"] for one in exceptions["suppressed"]} == {"until the move"}
    assert held["inputs/0001-policy"] == policy.read_bytes()
    assert held["inputs/0002-exceptions"] == IGNORE.encode()


def test_a_whole_pack_verifies(made: Path, keys: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert check(made, keys[1]) == 0
    said = capsys.readouterr().out
    assert "whole, and signed" in said and "cis-docker-1.6" in said and "never compliance" in said


def test_the_same_inputs_give_the_same_bytes(made: Path, tmp_path: Path, keys: tuple[Path, Path]) -> None:
    again = tmp_path / "again.tar"
    assert make(tmp_path, keys[0], again, "--compliance", "cis-docker-1.6") == 0
    assert again.read_bytes() == made.read_bytes()


def test_one_bit_anywhere_is_noticed(made: Path, keys: tuple[Path, Path]) -> None:
    """In every member, in headers and in padding: the first, a middle and the last byte of each, and the archive's."""
    good = made.read_bytes()
    places = {0, 100, 130, 150, 511, len(good) - 1, len(good) - 600}
    with tarfile.open(made) as opened:
        for member in opened.getmembers():
            first, last = member.offset_data, member.offset_data + member.size - 1
            places |= {member.offset, member.offset + 136, first, (first + last) // 2, last, last + 1}
    for place in sorted(places):
        bad = bytearray(good)
        bad[place] ^= 1
        made.write_bytes(bytes(bad))
        assert check(made, keys[1]) == 3, place
    for cut in (good[:-512], good[: len(good) // 2], good + bytes(512), b"", good * 2):
        made.write_bytes(cut)
        assert check(made, keys[1]) == 3


def rebuilt(made: Path, change: dict[str, bytes | None]) -> None:
    held = archive.read(made.read_bytes(), "pack") | {name: data for name, data in change.items() if data is not None}
    made.write_bytes(archive.write({name: data for name, data in held.items() if change.get(name, b"") is not None}))


@pytest.mark.parametrize(
    "change",
    [{"controls.csv": b"all pass"}, {"controls.csv": None}, {"extra.txt": b"x"}, {"manifest.dsse.json": None},
     {"manifest.json": b"{}"}, {"manifest.dsse.json": b"[]"}],
)  # fmt: skip
def test_a_well_formed_archive_with_other_contents_is_noticed(
    change: dict[str, bytes | None], made: Path, keys: tuple[Path, Path]
) -> None:
    rebuilt(made, change)
    assert check(made, keys[1]) == 3


def test_another_key_does_not_pass(made: Path, tmp_path: Path) -> None:
    assert check(made, key_pair(tmp_path, "other")[1]) == 3


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
def test_the_signature_is_what_openssl_verifies(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    import base64

    signed = json.loads(sign(b'{"a": 1}', keys[0]))
    kind = signed["payloadType"].encode()
    # the encoding as DSSE's specification writes it: lengths in decimal, single spaces
    (tmp_path / "pae").write_bytes(b"DSSEv1 %d " % len(kind) + kind + b' 8 {"a": 1}')
    (tmp_path / "sig").write_bytes(base64.b64decode(signed["signatures"][0]["sig"]))
    command = ["openssl", "dgst", "-sha256", "-verify", str(keys[1]), "-signature", "sig", "pae"]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0


def test_keys_that_cannot_be_used_are_refused(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    other, public = key_pair(tmp_path, "p384", ec.SECP384R1())
    bad = tmp_path / "bad.pem"
    bad.write_bytes(b"no key")
    for key in (other, bad, keys[1], tmp_path / "missing.pem"):
        with pytest.raises(UsageError):
            sign(b"x", key)
    for key in (public, bad, tmp_path / "missing.pem"):
        with pytest.raises(UsageError):
            verify(sign(b"x", keys[0]), b"x", key)


def test_one_pack_is_for_one_image(tmp_path: Path, keys: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    first = saved(tmp_path, "2026-11-20")
    other = report(reference="shop/web:1")
    path = tmp_path / "other.json"
    path.write_bytes(render(replace(other, target=replace(other.target, image_digest="sha256:1")), ReportOptions()))
    out = tmp_path / "pack.tar"
    assert main(["audit", "pack", str(first), str(path), "-o", str(out), "--key", str(keys[0])]) == 2
    assert "another image" in capsys.readouterr().err and not out.exists()


def test_a_period_leaves_out_what_was_made_before_and_after(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    out = tmp_path / "pack.tar"
    assert make(tmp_path, keys[0], out, "--period", "2026-11-01..2026-11-20") == 0  # the last day counts as a whole
    assert [one["scanned_at"][:7] for one in json.loads(archive.read(out.read_bytes(), "p")["decisions.json"])] == [
        "2026-11"
    ]
    for period in ("2025-01-01..2025-12-31", "2026-11-20", "2026-12-01..2026-11-01", "then..now"):
        assert make(tmp_path, keys[0], out, "--period", period) == 2


def test_a_pack_too_large_to_be_verified_is_neither_made_nor_read(
    made: Path, tmp_path: Path, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "AUDITOR_PACK_BYTES", made.stat().st_size - 1)
    assert check(made, keys[1]) == 3
    assert make(tmp_path, keys[0], tmp_path / "other.tar", "--compliance", "cis-docker-1.6") == 2
    assert not (tmp_path / "other.tar").exists()
