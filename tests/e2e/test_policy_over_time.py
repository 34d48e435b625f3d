"""Deadlines, environments, tiers and baselines through the command line, on builds of one small real image."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scantling.cli.main import main
from support import oci, small_image
from support.small_image import Variant
from support.tars import Member

pytestmark = [pytest.mark.debian, pytest.mark.feeds]

Scan = Callable[..., tuple[int, dict[str, Any], str]]
PACKAGES = "usr/lib/python3/dist-packages"


def holding(*packages: str, note: bytes = b"first") -> Variant:
    """A build with these Python packages ("Jinja2-2.11.2"); another ``note`` is another build of the same."""
    members = [Member("app/note.txt", note)]
    for package in packages:
        name, _, version = package.partition("-")
        said = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
        members.append(Member(f"{PACKAGES}/{package}.dist-info/METADATA", said))
    return Variant(members=tuple(members), instruction="COPY . / # buildkit")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, ...]:
    if why := small_image.missing():
        pytest.skip(why)
    return small_image.layers(tmp_path_factory.mktemp("packages"))


@pytest.fixture
def scan(
    base: tuple[bytes, ...], database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Scan:  # fmt: skip
    """Exit code, verdict and table of a scan of the image ``app:TAG`` as ``variant`` has it."""
    monkeypatch.setenv("SCANTLING_DB", str(database))
    monkeypatch.setenv("SCANTLING_HISTORY", str(tmp_path / "history.sqlite"))

    def of(variant: Variant, policy: str, *more: str, now: str = "2026-11-23", tag: str = "1") -> Any:
        made = small_image.image(base, variant)
        stated = oci.tagged(made.descriptor, f"registry.example.com/team/app:{tag}")
        layout = oci.write_layout(tmp_path / made.digest[7:20] / tag, made.blobs, oci.index([stated]))
        (tmp_path / "team.yaml").write_text(f"version: 1\nname: team\n{policy}")
        asked = ["image", f"oci:{layout}", "--policy", str(tmp_path / "team.yaml"), "--now", f"{now}T12:00:00Z"]
        asked += ["--cache-dir", str(tmp_path / "cache"), "--on-gap", "report", "-q", *more]
        out = tmp_path / "report.json"
        capsys.readouterr()
        code = main([*asked, "-f", "table", "-o", "-", "-f", "json", "-o", str(out)])
        return code, json.loads(out.read_bytes())["verdict"], " ".join(capsys.readouterr().out.split())

    return of


GRACE = "rules:\n  - {id: it, rule: vulnerabilities, severity: [HIGH, CRITICAL, MEDIUM], grace: 14}\n"


def test_a_deadline_counts_from_first_sight_through_rebuilds_and_tags(scan: Scan) -> None:
    code, verdict, said = scan(holding("Jinja2-2.11.2"), GRACE)
    assert (code, verdict["outcome"], verdict["violations"]) == (0, "pass", [])
    assert {warning["due"] for warning in verdict["warnings"] if warning["rule"] == "it"} == {"2026-12-07"}
    assert "14 days left" in said
    code, _, said = scan(holding("Jinja2-2.11.2", note=b"rebuilt"), GRACE, now="2026-12-01", tag="2")
    assert code == 0 and "6 days left" in said
    # what this build brings has its own time
    code, verdict, said = scan(holding("Jinja2-2.11.2", "PyYAML-5.3", note=b"more"), GRACE, now="2026-12-07", tag="3")
    assert code == 0 and "today is the last day" in said
    code, verdict, said = scan(holding("Jinja2-2.11.2", "PyYAML-5.3", note=b"late"), GRACE, now="2026-12-08", tag="4")
    assert code == 1
    (violation,) = verdict["violations"]
    assert "jinja2" in violation["message"] and "pyyaml" not in violation["message"].lower()
    assert "13 days left" in said and "pyyaml" in said.lower()


def test_severities_have_deadlines_of_their_own(scan: Scan, tmp_path: Path) -> None:
    policy = "rules:\n  - {id: it, rule: vulnerabilities, packages: [Jinja2, PyYAML], grace: {MEDIUM: 30}}\n"
    code, verdict, _ = scan(holding("Jinja2-2.11.2", "PyYAML-5.3"), policy)
    found = json.loads((tmp_path / "report.json").read_bytes())["findings"]
    severity = {one["fingerprint"]: one["severity"] for one in found}
    denied = {severity[print_] for one in verdict["violations"] for print_ in one["findings"]}
    waiting = {severity[print_] for one in verdict["warnings"] if one["rule"] == "it" for print_ in one["findings"]}
    assert code == 1 and waiting == {"MEDIUM"} and denied and "MEDIUM" not in denied


def test_one_pass_warns_and_denies(scan: Scan) -> None:
    policy = (
        "rules:\n  - {id: hard, rule: packages, forbidden: [PyYAML]}\n"
        "  - {id: soft, rule: vulnerabilities, packages: [Jinja2], action: warn}\n"
    )
    code, verdict, said = scan(holding("Jinja2-2.11.2"), policy)
    assert (code, [one["rule"] for one in verdict["violations"]]) == (0, [])
    assert "soft" in {one["rule"] for one in verdict["warnings"]} and "PASSED" in said
    code, verdict, _ = scan(holding("Jinja2-2.11.2", "PyYAML-5.3"), policy)
    assert (code, [one["rule"] for one in verdict["violations"]]) == (1, ["hard"])
    assert "soft" in {one["rule"] for one in verdict["warnings"]}


def test_development_warns_where_release_denies(scan: Scan) -> None:
    policy = (
        "environments:\n  dev:\n    it: warn\n  release:\n    it: deny\n"
        "rules:\n  - {id: it, rule: vulnerabilities, packages: [Jinja2]}\n"
    )
    assert scan(holding("Jinja2-2.11.2"), policy, "--policy-env", "dev")[0] == 0
    assert scan(holding("Jinja2-2.11.2"), policy, "--policy-env", "release")[0] == 1
    assert scan(holding("Jinja2-2.11.2"), policy)[0] == 1


def test_a_baseline_leaves_what_a_change_brings(scan: Scan, tmp_path: Path) -> None:
    policy = "rules:\n  - {id: it, rule: vulnerabilities, severity: [CRITICAL, HIGH, MEDIUM]}\n"
    assert scan(holding("Jinja2-2.11.2"), policy)[0] == 1
    main_branch = tmp_path / "main.json"
    main_branch.write_bytes((tmp_path / "report.json").read_bytes())
    same = scan(holding("Jinja2-2.11.2", note=b"rebuilt"), policy, "--baseline", str(main_branch), tag="pr-1")
    assert same[0] == 0
    code, verdict, _ = scan(holding("Jinja2-2.11.2", "PyYAML-5.3"), policy, "--baseline", str(main_branch), tag="pr-2")
    assert code == 1
    assert "pyyaml" in verdict["violations"][0]["message"].lower()
    assert "jinja2" not in verdict["violations"][0]["message"].lower()
