"""Node.js' own index and Bitnami's advisories, which speak of software compiled from source."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from scantling.db.feeds import bitnami, nodejs
from scantling.db.feeds.feed import FeedFile
from scantling.db.records import Rejected, Statement
from scantling.model.advisory import Range, Vulnerability
from scantling.model.errors import Malformed

FILE = FeedFile("x", "https://feed.example/x", "")


def node(**entry: Any) -> list[Any]:
    content = {
        "1": {"cve": ["CVE-2019-1"], "ref": "https://nodejs.org/x", "overview": "A hole", "severity": "high"} | entry
    }
    return list(nodejs.parse(FILE, io.BytesIO(json.dumps(content).encode())))


@pytest.mark.parametrize(
    ("vulnerable", "patched", "ranges"),
    [
        ("8.x || 9.x", "^8.11.2 || ^9.2.0", (Range("8.0.0", "8.11.2"), Range("9.0.0", "9.2.0"))),
        ("<= 10", ">= 10.9.0", (Range("", "10.9.0"),)),
        ("9.7.x", "9.7.1", (Range("9.7.0", "9.7.1"),)),
        ("8.5.0", "8.6.0", (Range("8.5.0", "8.5.1"),)),  # the fix lies beyond the range: the range ends by itself
        ("4.x", "", (Range("4.0.0", "5.0.0"),)),
    ],
)
def test_what_is_affected_is_vulnerable_and_not_patched(
    vulnerable: str, patched: str, ranges: tuple[Range, ...]
) -> None:
    statement, vulnerability = node(vulnerable=vulnerable, patched=patched)
    assert isinstance(statement, Statement) and statement.advisory.ranges == ranges
    assert (statement.ecosystem, statement.name) == ("generic", "node")
    assert isinstance(vulnerability, Vulnerability) and vulnerability.aliases == ("CVE-2019-1",)
    assert vulnerability.severity == "HIGH"


@pytest.mark.parametrize("vulnerable", ["latest", "1.2.3.4", ">>1", "", "1 || " * 100])
def test_a_range_of_another_form_is_rejected_and_said(vulnerable: str) -> None:
    (rejected,) = node(vulnerable=vulnerable, patched="1.0.0")
    assert isinstance(rejected, Rejected)


def test_what_is_no_index_is_malformed() -> None:
    for text in (b"[]", b"{", b"\xff"):
        with pytest.raises(Malformed):
            list(nodejs.parse(FILE, io.BytesIO(text)))


def test_bitnami_speaks_of_its_packages_and_of_the_same_software_from_source() -> None:
    record = {
        "id": "BIT-apache-2024-1",
        "modified": "2026-01-01T00:00:00Z",
        "aliases": ["CVE-2024-1"],
        "affected": [
            {
                "package": {"ecosystem": "Bitnami", "name": "apache", "purl": "pkg:bitnami/apache"},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "2.4.0"}, {"fixed": "2.4.59"}]}],
            }
        ],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.json", json.dumps(record))
        made.writestr(
            "b.json",
            json.dumps(
                record
                | {
                    "id": "BIT-x-1",
                    "affected": [
                        {
                            "package": {"ecosystem": "Bitnami", "name": "airflow"},
                            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}],
                        }
                    ],
                }
            ),
        )
    out.seek(0)
    said = [one for one in bitnami.parse(FILE, out) if isinstance(one, Statement)]
    assert [(one.ecosystem, one.name, one.advisory.ranges) for one in said] == [
        ("bitnami", "apache", (Range("2.4.0", "2.4.59"),)),
        ("generic", "httpd", (Range("2.4.0", "2.4.59"),)),
        ("bitnami", "airflow", (Range(),)),
    ]
