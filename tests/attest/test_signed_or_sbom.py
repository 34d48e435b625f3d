"""``rule: signed-or-sbom`` through the command line: what lies beside an image in its registry, or in a layout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scantling.cli.main import main
from support import oci
from support.crooked_registry import Reply, Request, digest, running
from support.keys import key_pair
from support.pushing import Pushing

IMAGE = oci.image([oci.tar({"srv/page": "hello"})], config={"User": "10001"})
EMPTY = b"{}"


@pytest.fixture(params=[True, False], ids=["with the referrers API", "without it"])
def pushing(request: pytest.FixtureRequest) -> Iterator[Pushing]:
    with running() as server:
        rule = Pushing(server, has_api=request.param)
        server.rules.append(rule)
        server.blobs.update(IMAGE.blobs)
        server.add_manifest("team/app", "1", IMAGE.manifest)
        yield rule


def scan(pushing: Pushing, tmp_path: Path, rule: str = "") -> tuple[int, dict[str, object]]:
    """Exit code, and the report's target."""
    return scan_target(f"registry:{pushing.registry.host}/team/app:1", tmp_path, rule)


def scan_target(target: str, tmp_path: Path, rule: str = "") -> tuple[int, dict[str, object]]:
    policy = tmp_path / "p.yaml"
    policy.write_text(f"version: 1\nrules:\n  - {{rule: signed-or-sbom{rule}}}\n")
    asked = ["image", target, "--insecure", "--scanners", "secret", "--policy", str(policy), "-q", "-f", "json"]
    code = main([*asked, "-o", str(tmp_path / "r.json"), "--cache-dir", str(tmp_path / "c")])
    report = json.loads((tmp_path / "r.json").read_text())
    return code, report["target"] | {"said": [one["message"] for one in report["verdict"]["violations"]]}


def attach(pushing: Pushing, kind: str, tag: str = "") -> None:
    """What a tool attaches: an artifact that refers to the image (in the list, or under the tag for it), or a tag."""
    server = pushing.registry
    server.add_blob(EMPTY)
    layer = oci.describe(EMPTY, kind)
    manifest = {"schemaVersion": 2, "mediaType": oci.MANIFEST, "artifactType": kind, "layers": [layer]}
    manifest["config"] = oci.describe(EMPTY, "application/vnd.oci.empty.v1+json")
    if not tag:
        manifest["subject"] = oci.describe(IMAGE.manifest, oci.MANIFEST)
    data = oci.to_json(manifest)
    server.add_manifest("team/app", tag, data)
    entry = oci.describe(data, oci.MANIFEST) | {"artifactType": kind}
    if not tag and pushing.has_api:
        pushing.referrers.setdefault(IMAGE.digest, []).append(entry)
    elif not tag:
        server.add_manifest("team/app", IMAGE.digest.replace(":", "-"), oci.index([entry]), oci.INDEX)


def test_nothing_is_attached(pushing: Pushing, tmp_path: Path) -> None:
    code, target = scan(pushing, tmp_path)
    assert (code, target["attached"]) == (1, [])
    assert target["said"] == ["no bill of materials or signature is attached to the image"]


@pytest.mark.parametrize(
    ("kind", "tag", "found"),
    [
        ("application/vnd.dev.cosign.simplesigning.v1+json", "", ["signature"]),
        ("application/vnd.cncf.notary.signature", "", ["signature"]),
        ("application/vnd.dev.cosign.simplesigning.v1+json", ".sig", ["signature"]),
        ("text/spdx+json", ".sbom", ["sbom"]),
        ("application/spdx+json", "", ["sbom"]),
        ("application/vnd.cyclonedx+json", "", ["sbom"]),
        ("application/vnd.example.notes", "", []),
    ],
)
def test_what_tools_attach_is_told_by_its_kind(
    kind: str, tag: str, found: list[str], pushing: Pushing, tmp_path: Path
) -> None:
    attach(pushing, kind, tag and IMAGE.digest.replace(":", "-") + tag)
    code, target = scan(pushing, tmp_path)
    assert (target["attached"], code) == (found, 0 if found else 1)
    assert scan(pushing, tmp_path, ", need: both")[0] == 1
    for need in ("signature", "sbom"):
        assert scan(pushing, tmp_path, f", need: {need}")[0] == (0 if need in found else 1)


def test_what_attest_attaches_is_an_sbom(pushing: Pushing, tmp_path: Path) -> None:
    private, _ = key_pair(tmp_path, "k")
    scan(pushing, tmp_path)
    asked = ["attest", str(tmp_path / "r.json"), "--key", str(private), "--push", "--insecure", "-q", "--type"]
    assert main([*asked, "report"]) == 0
    assert scan(pushing, tmp_path)[1]["attached"] == []  # a signed report is neither
    assert main([*asked, "sbom"]) == 0
    code, target = scan(pushing, tmp_path)
    assert (code, target["attached"]) == (0, ["sbom"])


def test_a_list_that_cannot_be_read_is_not_an_empty_one(pushing: Pushing, tmp_path: Path) -> None:
    def broken(request: Request) -> Reply | None:
        return Reply(403) if "/referrers/" in request.path or "/manifests/sha256-" in request.path else None

    pushing.registry.rules.insert(0, broken)
    code, target = scan(pushing, tmp_path)
    assert (code, target["attached"]) == (1, None)
    assert "is not known" in str(target["said"])
    assert scan(pushing, tmp_path, ", unknown: warn")[0] == 0


def test_a_layout_is_looked_at_too(tmp_path: Path) -> None:
    manifest = {"schemaVersion": 2, "mediaType": oci.MANIFEST, "artifactType": "application/spdx+json", "layers": []}
    manifest["config"] = oci.describe(EMPTY, "application/vnd.oci.empty.v1+json")
    manifest["subject"] = oci.describe(IMAGE.manifest, oci.MANIFEST)
    data = oci.to_json(manifest)
    entries = [oci.tagged(IMAGE.descriptor, "1"), oci.describe(data, oci.MANIFEST)]
    blobs = {**IMAGE.blobs, digest(data): data, digest(EMPTY): EMPTY}
    layout = oci.write_layout(tmp_path / "layout", blobs, oci.index(entries))
    assert scan_target(f"oci:{layout}:1", tmp_path)[1]["attached"] == ["sbom"]


def test_an_archive_of_the_daemon_has_no_place_for_it(tmp_path: Path) -> None:
    archive = oci.build_docker_archive(tmp_path / "a.tar", [oci.tar({"x": "y"})])
    code, target = scan_target(f"docker-archive:{archive}", tmp_path)
    assert (code, target["attached"]) == (1, None)


def test_nobody_asks_without_the_rule(pushing: Pushing, tmp_path: Path) -> None:
    reference = f"registry:{pushing.registry.host}/team/app:1"
    asked = ["image", reference, "--insecure", "--scanners", "secret", "-q", "-f", "json"]
    main([*asked, "-o", str(tmp_path / "r.json"), "--cache-dir", str(tmp_path / "c")])
    assert json.loads((tmp_path / "r.json").read_text())["target"]["attached"] is None
    assert not pushing.registry.asked("sha256-") and not pushing.registry.asked("referrers")
