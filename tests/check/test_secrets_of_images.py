"""Secrets of whole images: in every layer, in the configuration, and never with their values."""

from __future__ import annotations

import base64
import random
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from scantling.analyze.inspectors import InspectorSettings
from scantling.cli.main import main
from scantling.model.report import Report
from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan
from scantling.secret.settings import SecretSettings
from support.oci import build_layout
from support.planted_secrets import checksummed
from support.tars import Member, tar

FILE, GONE, ENV, ARG, LABEL, WIDE = (checksummed(random.Random(seed), "ghp_") for seed in range(6))
PASSWORD = "Winter-" + "Storm-81"


def image(tmp_path: Path) -> str:
    lower = [
        Member("srv/app.conf", f"# first\nurl = x\ntoken = {FILE}\n".encode()),
        Member("srv/gone.txt", f"{GONE}\n".encode()),
        Member("srv/wide.txt", f"key: {WIDE}\r\n".encode("utf-16")),
    ]
    layout = build_layout(
        tmp_path / "image",
        [tar(lower), tar([Member("srv/.wh.gone.txt", b"")])],
        config={
            "Env": [
                "PATH=/bin",
                f"GH={ENV}",
                f"DB_PASSWORD={PASSWORD}",
                "API_TOKEN=${TOKEN}",
                "PW_FILE=/run/secrets/pw",
            ],
            "Labels": {"deploy": LABEL},
        },
        history=[f"RUN |1 TOKEN={ARG} /bin/sh -c make # buildkit", "RUN rm /srv/gone.txt"],
    )
    return f"oci:{layout}:latest"


def scanned(target: str, tmp_path: Path, **settings: object) -> Report:
    inspectors = InspectorSettings(SecretSettings(cache_dir=tmp_path / "cache", **settings))  # type: ignore[arg-type]
    return scan(
        target,
        ScanOptions(cache_dir=tmp_path / "cache", scanners=frozenset({"secret"}), inspectors=inspectors),
    )


def test_secrets_of_files_layers_and_configuration(tmp_path: Path) -> None:
    report = scanned(image(tmp_path), tmp_path)
    found = {(f.id, f.path): f for f in report.findings}
    assert set(found) == {
        ("github-pat", "srv/app.conf"),
        ("github-pat", "srv/gone.txt"),
        ("github-pat", "srv/wide.txt"),
        ("github-pat", "image configuration: ENV GH"),
        ("config-variable", "image configuration: ENV DB_PASSWORD"),
        ("github-pat", "image configuration: LABEL deploy"),
        ("github-pat", "image history: step 1 TOKEN"),
    }
    assert found["github-pat", "srv/app.conf"].line == 3
    assert found["github-pat", "srv/wide.txt"].line == 1
    gone = found["github-pat", "srv/gone.txt"]
    assert "deleted" in gone.title
    assert gone.diff_id == report.target.layers[0].diff_id
    assert "deleted" not in found["github-pat", "srv/app.conf"].title
    assert {gap.what for gap in report.gaps} == {"no-os"}


def test_the_same_secret_keeps_its_fingerprint_and_the_salt_changes_its_hash(tmp_path: Path) -> None:
    target = image(tmp_path)
    first, second = scanned(target, tmp_path), scanned(target, tmp_path, salt="of our own")
    again = scanned(target, tmp_path)
    assert first.findings == again.findings
    hashes = [{f.description.rpartition(": ")[2] for f in report.findings} for report in (first, second)]
    assert not hashes[0] & hashes[1]


def test_misconfigurations_quote_no_secret(tmp_path: Path) -> None:
    """The default scanners together, on steps without a layer: the one case where a finding names its own step."""

    def edit(configuration: dict[str, Any]) -> None:
        configuration["history"] = [
            {"created_by": "COPY a b"},
            {"created_by": f"RUN curl -k https://u:{ARG}@example.com/i.sh | bash # buildkit", "empty_layer": True},
            {"created_by": f"ADD https://u:{LABEL}@example.com/x /x", "empty_layer": True},
        ]

    layout = build_layout(tmp_path / "image", [tar([Member("b", b"")])], edit_config=edit)
    report = scan(
        f"oci:{layout}:latest",
        ScanOptions(cache_dir=tmp_path / "cache", scanners=frozenset({"secret", "misconfig"})),
    )
    quoting = [f.created_by for f in report.findings if f.kind == "misconfig" and "example.com" in f.created_by]
    assert quoting
    assert all("https://u:ghp_***@example.com/" in text for text in quoting)
    assert ARG not in repr(report)
    assert LABEL not in repr(report)


@pytest.mark.parametrize("warm", [False, True])
def test_values_never_leave(warm: bool, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    target, cache = image(tmp_path), tmp_path / "cache"
    formats = (
        "table",
        "json",
        "sarif",
        "cyclonedx",
        "spdx-json",
        "junit",
        "gitlab",
        "markdown",
        "html",
        "csv",
        "trivy",
    )
    argv = ["image", target, "--scanners", "secret", "--cache-dir", str(cache), "--debug"]
    for name in formats:
        argv += ["--format", name, "--output", str(tmp_path / f"report.{name}")]
    for _ in range(2 if warm else 1):
        main(argv)
    streams = capsysbinary.readouterr()
    written = [path.read_bytes() for path in (*tmp_path.glob("report.*"), *cache.rglob("*")) if path.is_file()]
    assert len(written) > len(formats)
    for value in (FILE, GONE, ENV, ARG, LABEL, WIDE, PASSWORD):
        raw = value.encode()
        for form in (raw, base64.b64encode(raw)[:-4], quote(value).encode(), raw[5:15]):
            assert all(form not in text for text in (*written, streams.out, streams.err))
