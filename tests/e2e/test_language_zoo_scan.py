"""A directory with a file of each kind, scanned as a root file system, and its SBOM scanned again."""

from __future__ import annotations

from pathlib import Path

import pytest
from packageurl import PackageURL

from scantling.model.report import Report
from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan
from scantling.report.cyclonedx import render
from scantling.report.options import ReportOptions
from support.language_zoo import write


def scanned(target: str, cache: Path) -> Report:
    return scan(target, ScanOptions(cache_dir=cache, scanners=frozenset({"packages"})))


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    root = tmp_path / "zoo"
    write(root)
    return root


def test_every_kind_is_found_with_a_canonical_package_url(zoo: Path, tmp_path: Path) -> None:
    report = scanned(f"dir:{zoo}", tmp_path / "cache")
    assert {package.type for package in report.packages} == {
        "cargo", "cocoapods", "composer", "conan", "cran", "gem", "golang", "hackage", "hex", "luarocks", "npm",
        "nuget", "opam", "pecl", "pub", "pypi", "swift", "swiplpack", "wordpress",
    }  # fmt: skip
    assert not [gap for gap in report.gaps if gap.blocks and gap.what not in {"no-feed"}]
    for package in report.packages:
        assert PackageURL.from_string(package.purl).to_string() == package.purl
    purls = {package.purl for package in report.packages}
    assert {
        "pkg:swift/github.com/apple/swift-nio@2.41.1", "pkg:hex/plug@1.10.0", "pkg:wordpress/plugin/akismet@5.0.1",
        "pkg:luarocks/luasec@1.3.1-1", "pkg:cran/jsonlite@1.8.4", "pkg:hackage/HTTP@4000.3.16", "pkg:conan/zlib@1.2.11",
    } <= purls  # fmt: skip


def test_what_is_for_development_only_is_left_out(zoo: Path, tmp_path: Path) -> None:
    report = scanned(f"dir:{zoo}", tmp_path / "cache")
    assert not {"phpunit/phpunit", "cmake"} & {package.name for package in report.packages}


def test_its_sbom_holds_the_same_packages(zoo: Path, tmp_path: Path) -> None:
    (zoo / "Manifest.toml").write_text('[[HTTP]]\nuuid = "cd3eb016"\nversion = "0.9.16"\n')
    meta = zoo / "lib/.meta/HTTP-Tiny-0.088"
    meta.mkdir(parents=True)
    (meta / "install.json").write_text(
        '{"dist": "HTTP-Tiny-0.088", "pathname": "D/DA/DAGOLDEN/HTTP-Tiny-0.088.tar.gz"}'
    )
    report = scanned(f"dir:{zoo}", tmp_path / "cache")
    document = tmp_path / "bom.json"
    document.write_bytes(render(report, ReportOptions()))
    again = scanned(f"sbom:{document}", tmp_path / "cache")
    purls = {package.purl for package in report.packages}
    assert {"pkg:julia/HTTP@0.9.16?uuid=cd3eb016", "pkg:cpan/DAGOLDEN/HTTP-Tiny@0.088"} <= purls
    assert {package.purl for package in again.packages} == purls


def test_a_lock_file_of_200_megabytes_is_a_gap(zoo: Path, tmp_path: Path) -> None:
    for name in ("mix.lock", "renv.lock", "Podfile.lock", "cpanfile.snapshot", "conan.lock"):
        with (zoo / name).open("wb") as file:
            file.truncate(200 * 1024 * 1024)
    report = scanned(f"dir:{zoo}", tmp_path / "cache")
    reached = {gap.where for gap in report.gaps if gap.what == "limit-reached" and gap.blocks}
    assert {"mix.lock", "renv.lock", "Podfile.lock", "cpanfile.snapshot", "conan.lock"} <= reached


def test_large_files_that_only_bear_such_a_name_are_no_gap(zoo: Path, tmp_path: Path) -> None:
    for name in ("usr/bin/opam", "Big.app", "setup.reg", "srv/install.json"):
        (zoo / name).parent.mkdir(parents=True, exist_ok=True)
        with (zoo / name).open("wb") as file:
            file.truncate(100 * 1024 * 1024)
    report = scanned(f"dir:{zoo}", tmp_path / "cache")
    assert not [gap for gap in report.gaps if gap.what == "limit-reached"]
