"""Every rule of the catalogue through the command line: one real image on which it holds, one on which it does not.

The images are variants of one small Debian image, each with one circumstance changed (``support.small_image``). What
the gate says of the one where a rule does not hold names the violation, the place, what to do, and the team's guide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.policy.requirements.catalog import BY_ID
from support import oci, small_image
from support.small_image import Variant
from support.tars import Member

pytestmark = [pytest.mark.debian, pytest.mark.feeds]

NOW, LATER = "2026-11-23T12:00:00Z", "2026-12-31T00:00:00Z"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
JINJA = b"Metadata-Version: 2.1\nName: Jinja2\nVersion: 2.11.2\nLicense: BSD-3-Clause\n"
AWS = (
    b"AWS_ACCESS_KEY_ID=AKIA" + b"Z7QRT2LM4XW3KD5H\n"
    b"AWS_SECRET_ACCESS_KEY=k3Jd8sPq0ZxVb7NmL2w" + b"Rt5YuHg9fCe1aTi4oXsWv\n"
)  # fmt: skip
OLD_RELEASE = b'PRETTY_NAME="Debian GNU/Linux 10 (buster)"\nVERSION_ID="10"\nVERSION_CODENAME=buster\nID=debian\n'
OLD_OPENSSL = (
    b"Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.9-1\n"
    b"Maintainer: Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>\nDescription: toolkit\n"
)


def added(name: str, data: bytes, mode: int = 0o644) -> Variant:
    return Variant(members=(Member(name, data, mode=mode),), instruction=f"COPY {name} / # buildkit")


VARIANTS = {
    "good": Variant(),
    "root": Variant(config={"User": None}),
    "no healthcheck": Variant(config={"Healthcheck": {"Test": ["NONE"]}}),
    "ssh port": Variant(config={"ExposedPorts": {"8080/tcp": {}, "22/tcp": {}}}),
    "no labels": Variant(config={"Labels": None}),
    "old base": Variant(built="2026-01-10T00:00:00Z"),
    "secret": added("app/.env", AWS),
    "malware": added("app/eicar.com", EICAR),
    "modified": added("usr/bin/hello", b"#!/bin/sh\nexit 0\n", 0o755),
    "setuid": added("usr/local/bin/tool", Path("/bin/true").read_bytes(), 0o4755),
    "debian 10": added("usr/lib/os-release", OLD_RELEASE),
    "behind": added("var/lib/dpkg/status.d/openssl", OLD_OPENSSL),
    "vulnerable": added("usr/lib/python3/dist-packages/Jinja2-2.11.2.dist-info/METADATA", JINJA),
}


@dataclass(frozen=True)
class Case:
    """The rule with its parameters ``holds`` on the good image, and with ``fails`` not on ``variant``. There the gate
    says ``message``, in which place (``where``), and what to do (``fix``)."""

    variant: str
    message: str
    where: str
    fix: str
    holds: str = ""
    fails: str = ""
    now: str = NOW


LAYER, CONFIGURED = "from layer 3/3 COPY", "in the image's configuration"
ONE_CONTROL = "pack: cis-docker-1.6, controls: ['4.1']"
CASES = {
    "vulnerabilities": Case("vulnerable", "CVE-2020-28493 in jinja2 2.11.2", LAYER, "upgrade Jinja2 to 3.1.6",
                            "fixable: true", "fixable: true"),
    "secrets": Case("secret", "aws-secret-key at app/.env", LAYER, "revoke the secret where it was issued"),
    "misconfiguration": Case("root", "SCN-IMG-001", CONFIGURED, "end with USER and its number",
                             "ids: [SCN-IMG-001]", "ids: [SCN-IMG-001]"),
    "malware": Case("malware", "SCN-MAL-001 at app/eicar.com", LAYER, "remove the file or package"),
    "integrity": Case("modified", "SCN-INT-001 in hello 2.10", LAYER, "reinstall the package"),
    "setuid-files": Case("setuid", "SCN-FS-001 at /usr/local/bin/tool", LAYER, "chmod ug-s FILE"),
    "unowned-executables": Case("setuid", "SCN-INT-010 at /usr/local/bin/tool", LAYER, "install it from a package"),
    "end-of-life": Case("debian 10", "EOL-debian-10", "at etc/os-release", "supported release"),
    "outdated": Case("behind", "openssl", LAYER, "upgrade"),
    "user": Case("root", "no USER is declared", CONFIGURED, "USER 10001", "numeric: true"),
    "healthcheck": Case("no healthcheck", "no HEALTHCHECK", CONFIGURED, "add a HEALTHCHECK instruction"),
    "base-image": Case("old base", "317 days old, 30 allowed", "base image", "rebuild",
                       "max_age_days: 30", "max_age_days: 30"),
    "packages": Case("good", "hello 2.10", "(layer 2/2)", "remove them in the layer that installs them",
                     "required: [hello], forbidden: [bash]", "forbidden: [hello]"),
    "licenses": Case("good", "GPL-3.0-or-later", "from layer 2/2 RUN", "have the licence approved",
                     "deny: [SSPL-*]", "deny: [GPL-3.0*]"),
    "labels": Case("no labels", "missing label", CONFIGURED, "LABEL tier", "required: [tier]", "required: [tier]"),
    "ports": Case("ssh port", "22/tcp", CONFIGURED, "change EXPOSE", "unprivileged: true", "unprivileged: true"),
    "size": Case("secret", "3 layers, 2 allowed", "layers", "join RUN instructions", "max_layers: 2", "max_layers: 2"),
    "database": Case("good", "24 hours allowed", "database", "update", "max_age_hours: 24", "max_age_hours: 24", LATER),
    "coverage": Case("vulnerable", "stale-feed (osv-pypi)", "osv-pypi", "close the gaps"),
    "scan": Case("good", "7 allowed", "scan", "scan", "max_age_days: 7", "max_age_days: 7", LATER),
    "inventory": Case("good", "5 packages", "packages", "", "min_packages: 5", "min_packages: 50"),
    "compliance": Case("root", "4.1", "cis-docker-1.6", "", ONE_CONTROL, ONE_CONTROL),
}  # fmt: skip
ELSEWHERE = {  # in tests of their own, since they ask a registry
    "base-behind": "tests/base/test_behind.py",
    "signed-or-sbom": "tests/attest/test_signed_or_sbom.py",
}


def test_every_rule_is_here() -> None:
    assert CASES.keys() | ELSEWHERE.keys() == BY_ID.keys()
    for rule, place in ELSEWHERE.items():
        assert f"rule: {rule}" in (Path(__file__).parents[2] / place).read_text()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Callable[[str], Path]:
    """The saved report of a variant, scanned once."""
    if why := small_image.missing():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("rules")
    base = small_image.layers(folder / "packages")

    def saved(name: str) -> Path:
        path = folder / f"{name.replace(' ', '-')}.json"
        if not path.exists():
            made = small_image.image(base, VARIANTS[name])
            layout = oci.write_layout(folder / path.stem, made.blobs, oci.index([made.descriptor]))
            scan(layout, path, database, folder / "cache")
        return path

    return saved


def scan(layout: Path, path: Path, database: Path, cache: Path) -> None:
    words = ["--scanners", "vuln,secret,misconfig,integrity,malware,license", "--cache-dir", str(cache), "--now", NOW]
    words += ["--compliance", "cis-docker-1.6", "-q", "-f", "json", "-o", str(path)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SCANTLING_DB", str(database))
        assert main(["image", f"oci:{layout}", *words]) == 0


def judged(saved: Path, rule: str, parameters: str, now: str, tmp_path: Path) -> tuple[int, str]:
    """The exit code, and the table's verdict without line ends."""
    policy, out = tmp_path / "team.yaml", tmp_path / "out.txt"
    asked = ", ".join(text for text in (f"rule: {rule}", parameters) if text)
    policy.write_text(
        f"version: 1\nname: team\ndocs_url: https://wiki.example/{{rule}}\nrules:\n  - {{id: it, {asked}}}\n"
    )
    code = main(["policy", "check", str(saved), "--policy", str(policy), "--now", now, "-q", "-o", str(out)])
    return code, " ".join(out.read_text().partition("\nVerdict ")[2].split())


@pytest.mark.parametrize("rule", CASES)
def test_it_holds_on_the_good_image(rule: str, reports: Callable[[str], Path], tmp_path: Path) -> None:
    code, said = judged(reports("good"), rule, CASES[rule].holds, NOW, tmp_path)
    assert (code, said.startswith("PASSED.")) == (0, True), said


@pytest.mark.parametrize("rule", CASES)
def test_it_does_not_hold_where_one_thing_is_otherwise(
    rule: str, reports: Callable[[str], Path], tmp_path: Path
) -> None:
    case = CASES[rule]
    code, said = judged(reports(case.variant), rule, case.fails, case.now, tmp_path)
    assert (code, said.startswith("FAILED.")) == (1, True), said
    assert [text for text in (case.message, case.where, case.fix) if text not in said] == [], said
    assert "guide: https://wiki.example/it" in said
