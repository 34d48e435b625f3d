"""A base that moved on, in a real registry, with real advisories: what a rebuild fixes is what Debian's feed says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import bases, oci
from support import registry as debian

pytestmark = [pytest.mark.feeds, pytest.mark.skipif(bool(debian.missing()), reason=debian.missing())]

RELEASE = b'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
# Debian's security tracker: CVE-2024-5535 was fixed in openssl 3.0.15-1~deb12u1 in bookworm
OLD, NEW, FIXED = "3.0.14-1~deb12u2", "3.0.15-1~deb12u1", "CVE-2024-5535"


def _root(version: str) -> bytes:
    return oci.tar({"etc/os-release": RELEASE, "var/lib/dpkg/status": bases.status(openssl=version)})


def test_a_newer_patch_fixes_what_debian_fixed(database: Path, run: Callable[..., Any], tmp_path: Path) -> None:
    env = {"SCANTLING_DB": str(database), "SCANTLING_CACHE_DIR": str(tmp_path / "cache"), "SCANTLING_INSECURE": "1"}
    own = oci.tar({"app/start.sh": "#!/bin/sh\n"})
    with debian.debian_registry(tmp_path / "registry") as registry:
        for name, layers in (("d:12.1", [_root(OLD)]), ("d:12.2", [_root(NEW)]), ("app:1", [_root(OLD), own])):
            layout = oci.build_layout(tmp_path / name.replace(":", "-"), layers, tag=name)
            registry.push(f"oci:{layout}:{name}", f"team/{name}")
        repository = f"{registry.host}/team/d"
        assert run("base", "index", f"{repository}:12.1", env=env).returncode == 0
        outcome = run(
            "base", "recommend", f"{registry.host}/team/app:1", "-f", "json", "--now", "2026-11-23T00:00:00Z", env=env
        )
    assert outcome.returncode == 0, outcome.stderr
    found = json.loads(outcome.stdout)
    assert (found["base"]["name"], found["base"]["behind"], found["application"]) == (repository, False, 0)
    (newer,) = found["alternatives"]
    assert (newer["kind"], newer["reference"]) == ("minor", f"{repository}:12.2")
    assert FIXED in {one["id"] for one in newer["fixes"]}
    assert newer["adds"] == []
