"""The same image by every way in: the same packages, the same findings, the same layers."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import authority, real_image, registry

pytestmark = [pytest.mark.debian, pytest.mark.feeds]

Scan = Callable[..., dict[str, Any]]
# every transport reads the layers itself: what another one left in the cache would prove nothing
FRESH = ("--no-cache",)


def said(report: dict[str, Any]) -> dict[str, Any]:
    """What must not depend on the way in: all but the name, and the fingerprint, which holds the repository."""
    findings = [{k: v for k, v in f.items() if k != "fingerprint"} for f in report["findings"]]
    diff_ids = [layer["diff_id"] for layer in report["target"]["layers"]]
    return {
        "packages": report["packages"],
        "findings": findings,
        "diff_ids": diff_ids,
        "config": report["target"]["config"],
        "os": report["target"]["os"],
    }


@pytest.fixture(scope="module")
def expected(image: real_image.RealImage, scan_json: Scan) -> dict[str, Any]:
    said_ = said(scan_json(f"oci:{image.layout}:latest", *FRESH))
    assert len(said_["packages"]) > 150
    assert len(said_["findings"]) > 150
    return said_


def skopeo(*arguments: str) -> None:
    subprocess.run(["skopeo", "copy", "-q", *arguments], check=True, timeout=120, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def copies(image: real_image.RealImage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copies")
    source = f"oci:{image.layout}:latest"
    skopeo(source, f"oci-archive:{folder}/oci.tar:latest")
    skopeo(source, f"docker-archive:{folder}/docker.tar:shop/app:1")
    skopeo("--dest-compress-format", "zstd", source, f"oci:{folder}/zstd:latest")
    skopeo("--dest-decompress", source, f"dir:{folder}/plain")
    with (folder / "docker.tar").open("rb") as plain, (folder / "docker.tar.gz").open("wb") as packed:
        subprocess.run(["gzip", "-1"], stdin=plain, stdout=packed, check=True)
    return folder


@pytest.mark.parametrize(
    "target",
    ["oci-archive:{}/oci.tar:latest", "docker-archive:{}/docker.tar", "docker-archive:{}/docker.tar:shop/app:1",
     "{}/oci.tar", "{}/docker.tar", "{}/docker.tar.gz", "oci:{}/zstd:latest", "{}/zstd"],
)  # fmt: skip
def test_files(target: str, copies: Path, expected: dict[str, Any], scan_json: Scan) -> None:
    assert said(scan_json(target.format(copies), *FRESH)) == expected


def test_input_flag(copies: Path, expected: dict[str, Any], scan_json: Scan) -> None:
    assert said(scan_json("--input=" + str(copies / "docker.tar"), *FRESH)) == expected


@pytest.fixture
def needs_registry() -> None:
    if why := registry.missing():
        pytest.skip(why)


@pytest.mark.usefixtures("needs_registry")
def test_registry_without_login(
    image: real_image.RealImage, tmp_path: Path, expected: dict[str, Any], scan_json: Scan
) -> None:
    with registry.debian_registry(tmp_path) as server:
        name = server.push(f"oci:{image.layout}:latest", "shop/app:1")
        report = scan_json(name, "--insecure", *FRESH)
    assert said(report) == expected
    assert report["target"]["image_digest"] == scan_json(f"oci:{image.layout}:latest")["target"]["image_digest"]


@pytest.mark.usefixtures("needs_registry")
def test_registry_with_login(
    image: real_image.RealImage, tmp_path: Path, expected: dict[str, Any], scan_json: Scan, run: Callable[..., Any]
) -> None:
    login = registry.Login("ci", "pa55word-canary")
    with registry.debian_registry(tmp_path, login=login) as server:
        name = server.push(f"oci:{image.layout}:latest", "shop/app:1")
        refused = run("image", name, "--insecure", "--scanners", "packages", "--no-cache")
        assert refused.returncode == 3
        assert "Traceback" not in refused.stderr
        report = scan_json(
            name, "--insecure", "--username", "ci", "--password-stdin", *FRESH, stdin="pa55word-canary\n"
        )
    assert said(report) == expected
    assert "canary" not in str(report)


@pytest.mark.usefixtures("needs_registry")
def test_registry_behind_a_private_authority(
    image: real_image.RealImage, tmp_path: Path, expected: dict[str, Any], scan_json: Scan, run: Callable[..., Any]
) -> None:
    ours = authority.Authority(tmp_path)
    with registry.debian_registry(tmp_path / "registry", issued=ours.issue("localhost")) as server:
        name = server.push(f"oci:{image.layout}:latest", "shop/app:1")
        refused = run("image", name, "--scanners", "packages", "--no-cache")
        assert refused.returncode == 3
        assert "certificate" in refused.stderr
        assert said(scan_json(name, "--ca-cert", str(ours.certificate), *FRESH)) == expected


def test_unpacked_root_file_system(
    image: real_image.RealImage, tmp_path: Path, expected: dict[str, Any], scan_json: Scan
) -> None:
    subprocess.run(["umoci", "unpack", "--image", f"{image.layout}:latest", str(tmp_path / "bundle")], check=True)
    try:
        report = scan_json(f"dir:{tmp_path}/bundle/rootfs")
    finally:
        shutil.rmtree(tmp_path / "bundle")

    def without_layers(packages: list[dict[str, Any]]) -> list[Any]:
        return [{**p, "locations": [loc["path"] for loc in p["locations"]]} for p in packages]

    assert without_layers(report["packages"]) == without_layers(expected["packages"])
    keys = ("id", "package", "severity", "fixed_versions", "status", "aliases")

    # a directory has no configuration, no layers that could waste bytes, and was built on no base
    of_images = {"SCN-IMG-003", "SCN-FS-011", "SCN-FS-015"}

    def of_files(findings: list[dict[str, Any]]) -> list[list[Any]]:
        return [[f[k] for k in keys] for f in findings if f["id"] not in of_images]

    assert of_files(report["findings"]) == of_files(expected["findings"])


def test_a_second_scan_opens_no_layer(image: real_image.RealImage, tmp_path: Path, scan_json: Scan) -> None:
    """The blobs may even be gone: what they hold is known by their diffIDs."""
    layout = tmp_path / "layout"
    shutil.copytree(image.layout, layout)
    cache = {"SCANTLING_CACHE_DIR": str(tmp_path / "cache")}
    first = scan_json(f"oci:{layout}:latest", env=cache)
    for layer in first["target"]["layers"]:
        (layout / "blobs/sha256" / layer["digest"].removeprefix("sha256:")).write_bytes(bytes(layer["size"]))
    assert scan_json(f"oci:{layout}:latest", env=cache) == first


def test_the_report_is_the_same_bytes_again(
    image: real_image.RealImage, run: Callable[..., Any], database: Path, tmp_path: Path
) -> None:
    def scan(seed: str, *more: str) -> str:
        env = {"SCANTLING_DB": str(database), "PYTHONHASHSEED": seed, "SCANTLING_CACHE_DIR": str(tmp_path / "c")}
        arguments = ("image", f"oci:{image.layout}:latest", "-f", "json", "--now", "2026-11-23T00:00:00Z", *more)
        outcome = run(*arguments, env=env)
        assert outcome.returncode == 0, outcome.stderr
        return str(outcome.stdout)

    assert scan("1", "--no-cache") == scan("2") == scan("3")


def test_two_pass_pipeline(image: real_image.RealImage, run: Callable[..., Any], database: Path) -> None:
    env = {"SCANTLING_DB": str(database)}
    target = f"oci:{image.layout}:latest"
    first = run("image", "--exit-code", "0", "--severity", "LOW,MEDIUM", "--ignore-unfixed", target, env=env)
    second = run("image", "--exit-code", "1", "--severity", "CRITICAL,HIGH", "--ignore-unfixed", target, env=env)
    assert (first.returncode, second.returncode) == (0, 1)
    assert "CRITICAL  CVE" not in first.stdout
    assert "LOW       CVE" not in second.stdout
    assert os.linesep + "Verdict  FAILED" in second.stdout
