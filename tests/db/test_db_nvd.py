"""NVD's yearly files (CVE API 2.0): scores with their source, weaknesses, and what is rejected."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from scantling.db.feeds import nvd
from scantling.db.feeds.feed import FeedFile
from scantling.db.records import Rejected, Stamp
from scantling.model.advisory import Cvss, Vulnerability
from scantling.model.errors import Malformed

FILE = FeedFile("x", "https://feed.example/x", "2024")


def metric(version: str, score: float, source: str = "nvd@nist.gov") -> dict[str, Any]:
    return {
        "source": source,
        "type": "Primary",
        "cvssData": {"version": version, "vectorString": f"V{version}", "baseScore": score},
    }


def read(*entries: Any) -> list[Any]:
    content = {"format": "NVD_CVE", "version": "2.0", "vulnerabilities": [{"cve": entry} for entry in entries]}
    return list(nvd.parse(FILE, io.BytesIO(json.dumps(content).encode())))


ENTRY = {
    "id": "CVE-2024-1", "published": "2024-02-01T10:00:00.000", "lastModified": "2024-03-01T10:00:00.000",
    "vulnStatus": "Analyzed",
    "descriptions": [{"lang": "es", "value": "Un fallo"}, {"lang": "en", "value": "A hole "}],
    "metrics": {
        "cvssMetricV31": [metric("3.1", 9.8, "cna@example.com"), metric("3.1", 7.5)],
        "cvssMetricV2": [metric("2.0", 5.0)],
    },
    "weaknesses": [{"description": [{"lang": "en", "value": "CWE-79"}, {"lang": "en", "value": "NVD-CWE-Other"}]}],
    "references": [{"url": "https://example.com/a"}, {"url": "ftp://example.com/b"}],
}  # fmt: skip


def test_what_nvd_says_of_a_vulnerability() -> None:
    stamp, said = read(ENTRY)
    assert stamp == Stamp("2024-03-01")
    assert isinstance(said, Vulnerability)
    assert (said.id, said.description, said.published, said.cwes) == ("CVE-2024-1", "A hole", "2024-02-01", ("CWE-79",))
    assert said.cvss == (
        Cvss("cna", "3.1", "V3.1", 9.8), Cvss("nvd", "3.1", "V3.1", 7.5), Cvss("nvd", "2.0", "V2.0", 5.0),
    )  # fmt: skip
    assert (said.severity, said.severity_source) == ("HIGH", "nvd")
    assert said.references == ("https://example.com/a",)


def test_version_4_goes_before_3() -> None:
    *_, said = read(ENTRY | {"metrics": ENTRY["metrics"] | {"cvssMetricV40": [metric("4.0", 9.3, "x@y")]}})  # type: ignore[operator]
    assert (said.severity, said.severity_source) == ("CRITICAL", "cna")


def test_rejected_ones_are_left_out_and_broken_ones_are_said() -> None:
    assert read(ENTRY | {"vulnStatus": "Rejected"}) == []
    assert [type(one) for one in read(ENTRY | {"id": 7}, ENTRY)] == [Rejected, Stamp, Vulnerability]
    assert read({"id": "CVE-2024-2"})[0].cvss == ()


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"vulnerabilities": 7}', b"\xff"])
def test_what_is_not_nvds_is_malformed(text: bytes) -> None:
    with pytest.raises(Malformed):
        list(nvd.parse(FILE, io.BytesIO(text)))
