"""Secrets inside of applications' archives: what is looked at, what is not, and what hostile archives get."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from scantling.analyze.inspectors import InspectorSettings
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.report import Report
from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan
from scantling.secret.settings import SecretSettings
from support.oci import build_layout
from support.planted_secrets import checksummed, openssh
from support.tars import Member, tar

TOKEN = checksummed(random.Random(4), "ghp_").encode()
PASSWORD = b"spring.datasource.password=Vq7sKm2XwN9d\n"


def zipped(members: dict[str, bytes], stored: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def scanned(place: Path, cache: Path, *layers: dict[str, bytes]) -> Report:
    built = build_layout(
        place / "image", [tar([Member(path, data) for path, data in layer.items()]) for layer in layers]
    )
    options = ScanOptions(
        cache_dir=place / "layers",
        scanners=frozenset({"secret"}),
        inspectors=InspectorSettings(SecretSettings(cache_dir=cache)),
    )
    return scan(f"oci:{built}:latest", options)


def places(report: Report) -> list[tuple[str, str, int | None]]:
    return sorted((finding.path, finding.id, finding.line) for finding in report.findings)


def gaps(report: Report) -> list[Gap]:
    """Those about secrets."""
    return [gap for gap in report.gaps if gap.reason.startswith("secret: ")]


def test_a_spring_boot_jar(tmp_path: Path, cache: Path) -> None:
    library = zipped({"config.properties": b"token=" + TOKEN})
    jar = zipped(
        {
            "META-INF/maven/shop/shop/pom.properties": b"#" + TOKEN,
            "BOOT-INF/classes/application.properties": b"server.port=80\n" + PASSWORD,
            "BOOT-INF/classes/application-prod.yml": "t: é\nk: ".encode("utf-16") + TOKEN.decode().encode("utf-16-le"),
            "BOOT-INF/classes/shop/Client.class": b"\xca\xfe\xba\xbe\0\0\0\x3d\0\x0a\x01\0\x28" + TOKEN + b"\x01\0\4",
            "BOOT-INF/classes/static/logo.png": b"\x89PNG" + TOKEN,
            "BOOT-INF/lib/other.jar": library,
            "org/springframework/boot/loader/Launcher.class": b"\xca\xfe\xba\xbe\0" + TOKEN,
            "id_rsa": openssh(random.Random(5)).encode(),
        }
    )
    report = scanned(
        tmp_path, cache, {"app.jar": jar, "run.jar": b"#!/bin/sh\nexec java -jar $0\n" + zipped({"a.env": TOKEN})}
    )
    inside = "app.jar!/BOOT-INF/classes"
    assert places(report) == [
        (f"{inside}/application-prod.yml", "github-pat", 2),
        (f"{inside}/application.properties", "config-password", 2),
        (f"{inside}/shop/Client.class", "github-pat", None),
        ("app.jar!/id_rsa", "openssh-private-key", 2),
        ("run.jar!/a.env", "github-pat", 1),
    ]
    assert gaps(report) == []
    assert not any("deleted" in finding.title for finding in report.findings)


def test_a_war_in_an_ear_and_a_zip(tmp_path: Path, cache: Path) -> None:
    war = zipped({"WEB-INF/classes/db.xml": b"<k>" + TOKEN + b"</k>", "WEB-INF/lib/x.jar": zipped({"a.xml": TOKEN})})
    beans = zipped({"META-INF/ejb.json": b'["' + TOKEN + b'"]'})
    ear = zipped({"shop.war": war, "beans.jar": beans, "lib/util.jar": zipped({"a.yml": TOKEN})}, stored=True)
    report = scanned(tmp_path, cache, {"shop.ear": ear, "job.zip": zipped({"job/config.toml": b"t='" + TOKEN + b"'"})})
    assert [path for path, _, _ in places(report)] == [
        "job.zip!/job/config.toml",
        "shop.ear!/beans.jar!/META-INF/ejb.json",
        "shop.ear!/shop.war!/WEB-INF/classes/db.xml",
    ]


def test_an_archive_that_a_later_layer_deletes(tmp_path: Path, cache: Path) -> None:
    report = scanned(
        tmp_path, cache, {"srv/app.war": zipped({"a.properties": PASSWORD + TOKEN})}, {"srv/.wh.app.war": b""}
    )
    (finding,) = report.findings
    assert finding.title.endswith("(deleted or overwritten later)")


def test_what_cannot_be_read_is_a_gap(tmp_path: Path, cache: Path) -> None:
    whole = zipped({"a.properties": TOKEN, "b.properties": b"x=1" * 50 + TOKEN})
    damaged = bytearray(whole)
    damaged[whole.index(b"b.properties") + len("b.properties") + 4] ^= 0xFF
    report = scanned(tmp_path, cache, {"a.jar": bytes(damaged), "cut.zip": whole[:-30]})
    assert [path for path, _, _ in places(report)] == ["a.jar!/a.properties"]
    assert sorted(gap.where for gap in gaps(report)) == ["a.jar!/b.properties", "cut.zip"]
    assert all(gap.blocks for gap in gaps(report))


def test_a_bomb_costs_no_more_than_its_limit(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVED_BYTES", 10_000)
    bomb = zipped({f"{number}.json": b" " * 4_000 for number in range(9)})
    report = scanned(tmp_path, cache, {"bomb.zip": bomb})
    assert [(gap.what, gap.where) for gap in gaps(report)] == [("limit-reached", "bomb.zip")]


def test_many_damaged_members_are_counted_not_listed(tmp_path: Path, cache: Path) -> None:
    whole = zipped({f"{number}.json": TOKEN for number in range(100)}, stored=True)
    report = scanned(tmp_path, cache, {"a.zip": whole.replace(TOKEN, TOKEN[:-1] + b"!")})
    assert len(gaps(report)) == limits.GAPS_PER_FILE + 1
    assert not report.findings
