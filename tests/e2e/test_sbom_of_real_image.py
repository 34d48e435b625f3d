"""A bill of materials of the real image gives the image's own findings.

The document is written here from what dpkg-query, pip and npm report, not from anything that Scantling said.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from support import real_image, sboms

pytestmark = [pytest.mark.debian, pytest.mark.feeds]


def purls(image: real_image.RealImage, release: str) -> list[str]:
    found = [f"pkg:pypi/{name}@{version}" for name, version in image.pypi]
    found += [f"pkg:npm/{quote(name, safe='/')}@{version}" for name, version in image.npm]
    for name, version in image.debs:
        source, built = image.sources[name]
        upstream = quote(f"{source}@{built}", safe="")
        found.append(f"pkg:deb/debian/{name}@{quote(version, safe='')}?distro=debian-{release}&upstream={upstream}")
    return sorted(found)


# What makes a finding more urgent by the image's configuration: a document has none.
SETTING = {"the image runs as root", "the image exposes a port", "labelled as production"}


def problems(report: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {
        (
            f["id"], (f["package"] or "").split("?")[0].lower(), f["severity"], f["status"], tuple(f["fixed_versions"]),
            f["installed_version"], tuple(reason for reason in f["priority"]["reasons"] if reason not in SETTING),
        )
        for f in report["findings"]
        if f["kind"] != "misconfig"  # a document has no configuration to judge
    }  # fmt: skip


@pytest.mark.parametrize("format_", ["cyclonedx", "spdx", "spdx-tag-value", "syft"])
def test_same_findings(
    format_: str,
    image: real_image.RealImage,
    database: Path,
    tmp_path: Path,
    scan_json: Callable[..., dict[str, Any]],
    run: Callable[..., Any],
) -> None:
    expected = scan_json(f"oci:{image.layout}:latest")
    listed = purls(image, expected["target"]["os"]["version_id"])
    document = {
        "cyclonedx": sboms.cyclonedx(*map(sboms.component, listed)),
        "spdx": sboms.spdx(*map(sboms.spdx_package, listed)),
        "spdx-tag-value": sboms.tag_value(*(("a", "", purl) for purl in listed)),
        "syft": sboms.syft(*({"name": "a", "type": "b", "purl": purl} for purl in listed)),
    }[format_]
    path = tmp_path / "bom"
    path.write_bytes(document)
    outcome = run(
        "sbom", str(path), "-f", "json", "--now", expected["created_at"], "-q", env={"SCANTLING_DB": str(database)}
    )
    assert outcome.returncode == 0, outcome.stderr
    report = json.loads(outcome.stdout)
    assert problems(report) == problems(expected)
    assert len(report["packages"]) == len(expected["packages"])
    assert report["target"]["kind"] == "sbom"
