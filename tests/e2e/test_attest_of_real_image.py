"""build, scan, attest, push, verify: a real Debian image in Debian's registry, which has no referrers API."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from support import real_image, registry
from support.keys import key_pair

pytestmark = [pytest.mark.debian, pytest.mark.feeds]
Run = Callable[..., "CompletedProcess[str]"]
CLOCK = ("--now", "2026-11-23T00:00:00Z")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attest")


@pytest.fixture(scope="module")
def reference(place: Path, image: real_image.RealImage) -> Iterator[str]:
    if why := registry.missing():
        pytest.skip(why)
    with registry.debian_registry(place / "registry") as server:
        yield server.push(f"oci:{image.layout}", "team/app:1")


@pytest.fixture(scope="module")
def keys(place: Path) -> tuple[Path, Path]:
    return key_pair(place, "k")


@pytest.fixture(scope="module")
def attested(place: Path, reference: str, keys: tuple[Path, Path], run: Run, database: Path) -> Path:
    """The report that was signed and attached, three kinds of statement by default."""
    report = place / "report.json"
    environment = {"SCANTLING_DB": str(database), "SCANTLING_CACHE_DIR": str(place / "cache")}
    scan = run(
        "image", f"registry:{reference}", "--insecure", "-q", *CLOCK, "-f", "json", "-o", str(report), env=environment
    )
    assert scan.returncode == 0, scan.stderr
    said = run("attest", str(report), "--key", str(keys[0]), "--push", "--insecure")
    assert said.returncode == 0, said.stderr
    return report


def test_a_complete_pass_lets_it_be_deployed(
    place: Path, attested: Path, reference: str, keys: tuple[Path, Path], run: Run
) -> None:
    (place / "loose.yaml").write_text("version: 1\nrules:\n  - {rule: user}\n")
    asked = ["verify", reference, "--key", str(keys[1]), "--insecure", *CLOCK, "--max-age", "24h"]
    said = run(*asked, "--type", "report,vuln,sbom", "--policy", str(place / "loose.yaml"), "--on-gap", "report")
    assert said.returncode == 0, said.stdout + said.stderr
    digest = json.loads(attested.read_bytes())["target"]["image_digest"]
    assert f"digest    {digest}" in said.stdout and said.stdout.count("verified  ") == 3
    # that Debian's feed is old makes the scan incomplete: not said to be unimportant, it denies
    assert run(*asked, "--policy", str(place / "loose.yaml")).returncode == 4


def test_a_policy_that_does_not_hold_denies(
    place: Path, attested: Path, reference: str, keys: tuple[Path, Path], run: Run
) -> None:
    (place / "strict.yaml").write_text(
        "version: 1\nname: strict\nrules:\n  - {rule: vulnerabilities, severity: [CRITICAL, HIGH], fixable: true}\n"
    )
    asked = ["verify", reference, "--key", str(keys[1]), "--insecure", *CLOCK, "--on-gap", "report"]
    said = run(*asked, "--policy", str(place / "strict.yaml"))
    assert said.returncode == 1 and "denied    strict: vulnerabilities" in said.stdout


def test_what_the_registrys_disk_changed_is_not_believed(
    place: Path, attested: Path, reference: str, keys: tuple[Path, Path], run: Run
) -> None:
    files = [one for one in (place / "registry/storage").rglob("data") if b'"payload":"e' in one.read_bytes()]
    before = {one: one.read_bytes() for one in files}
    assert files
    try:
        for one, data in before.items():
            one.write_bytes(data.replace(b'"payload":"e', b'"payload":"f', 1))
        said = run("verify", reference, "--key", str(keys[1]), "--insecure", *CLOCK)
        assert said.returncode == 3 and "digest" in said.stderr
    finally:
        for one, data in before.items():
            one.write_bytes(data)


def test_exceptions_travel_with_the_image(
    place: Path, attested: Path, reference: str, keys: tuple[Path, Path], run: Run, database: Path
) -> None:
    """Exceptions attached as OpenVEX silence what they are about in whoever's scan asks for them."""
    environment = {"SCANTLING_DB": str(database), "SCANTLING_CACHE_DIR": str(place / "cache")}
    one = next(item for item in json.loads(attested.read_bytes())["findings"] if item["kind"] == "vulnerability")
    ignore = place / "scantling-ignore.yaml"
    ignore.write_text(
        f"ignore:\n  - id: {one['id']}\n    reason: not called\n    owner: jane@shop.example\n"
        "    expires: 2027-01-31\n    justification: vulnerable_code_not_in_execute_path\n"
    )
    words = ["--type", "openvex", "--ignorefile", str(ignore), *CLOCK, "--push", "--insecure"]
    said = run("attest", str(attested), "--key", str(keys[0]), *words)
    assert said.returncode == 0, said.stderr

    def scanned(*more: str) -> tuple[dict[str, str | None], list[str]]:
        asked = ["image", f"registry:{reference}", "--insecure", "-q", *CLOCK, "-f", "json", *more]
        done = run(*asked, env=environment)
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        silenced = {item["fingerprint"]: item["suppressed"]["by"] for item in report["findings"] if item["suppressed"]}
        return silenced, [gap["reason"] for gap in report["gaps"] if gap["what"] == "vex-not-read"]

    assert scanned() == ({}, [])
    silenced, unread = scanned("--vex", "oci", "--vex-key", str(keys[1]))
    assert one["fingerprint"] in silenced and unread == []
    assert all("attached to the image, signed" in str(by) for by in silenced.values())
    assert scanned("--vex", "oci")[0].keys() == silenced.keys()
    silenced, unread = scanned("--vex", "oci", "--vex-key", str(key_pair(place, "other")[1]))
    assert silenced == {} and "not signed with the key" in unread[0]


@pytest.mark.skipif(shutil.which("cosign") is None, reason="needs cosign")
def test_cosign_verifies_it(attested: Path, reference: str, keys: tuple[Path, Path]) -> None:
    asked = ["cosign", "verify-attestation", "--insecure-ignore-tlog", "--allow-http-registry", "--type", "cyclonedx"]
    subprocess.run([*asked, "--key", str(keys[1]), reference], check=True, capture_output=True, timeout=60)
