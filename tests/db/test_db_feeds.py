# ruff: noqa: E501 - records of one line, as upstream writes them
"""Each feed's parser on small inputs in upstream's own format."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

import pytest

from scantling.db.feeds import (
    almalinux,
    azurelinux,
    debian,
    endoflife,
    epss,
    exploitdb,
    kev,
    osv,
    redhat,
    rocky,
    secdb,
    ubuntu,
    vulnrichment,
)  # fmt: skip
from scantling.db.feeds.feed import FeedFile
from scantling.db.records import Covers, Exploited, PublicExploit, Record, Rejected, Scored, Stamp, Statement
from scantling.model.advisory import EolCycle, Range, Vulnerability
from scantling.model.errors import Malformed


def blob(content: Any) -> io.BytesIO:
    return io.BytesIO(content if isinstance(content, bytes) else json.dumps(content).encode())


def archive(*records: Any) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number, record in enumerate(records):
            made.writestr(f"{number}.json", record if isinstance(record, str) else json.dumps(record))
    out.seek(0)
    return out


def file(key: str = "", path: str = "x") -> FeedFile:
    return FeedFile(path, "https://feed.example/x", key)


def statements(found: Iterable[Record]) -> list[Statement]:
    return [record for record in found if isinstance(record, Statement)]


def osv_record(ecosystem: str, name: str, events: list[dict[str, str]], kind: str = "ECOSYSTEM", **more: Any) -> Any:
    block = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": kind, "events": events}]}
    return {"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": [block], **more}


def pypi(record: Any) -> list[Statement]:
    return statements(osv.parse(file("PyPI"), archive(record)))


def test_osv_several_pairs_and_an_inclusive_end() -> None:
    events = [{"introduced": "2.0"}, {"fixed": "2.1"}, {"introduced": "0"}, {"last_affected": "1.5"}]
    (found,) = pypi(osv_record("PyPI", "Flask_Login", events))
    assert found.name == "flask-login"
    assert found.advisory.ranges == (Range("2.0", "2.1"), Range("", "", "1.5"))


def test_osv_withdrawn_git_only_and_informational_records_say_nothing() -> None:
    assert pypi(osv_record("PyPI", "a", [{"introduced": "0"}], withdrawn="2024-01-01T00:00:00Z")) == []
    assert pypi(osv_record("PyPI", "a", [{"introduced": "deadbeef"}], "GIT")) == []
    notice = osv_record("crates.io", "a", [{"introduced": "0"}], "SEMVER")
    notice["affected"][0]["database_specific"] = {"informational": "unmaintained"}
    assert statements(osv.parse(file("crates.io"), archive(notice))) == []


def test_osv_listed_versions_are_kept_where_no_range_holds_them() -> None:
    record = osv_record("PyPI", "a", [{"introduced": "1.0"}, {"fixed": "2.0"}])
    record["affected"][0]["versions"] = ["1.0", "1.5rc1", "2.0", "2.0rc1", "not a version"]
    (found,) = pypi(record)
    assert found.advisory.versions == ("2.0", "not a version")  # PEP 440: 2.0rc1 comes before 2.0


def test_osv_one_range_a_block_becomes_one_advisory() -> None:
    record = osv_record("npm", "minimist", [{"introduced": "1.0.0"}, {"fixed": "1.2.6"}], "SEMVER")
    record["affected"].append(
        osv_record("npm", "minimist", [{"introduced": "0"}, {"fixed": "0.2.4"}], "SEMVER")["affected"][0]
    )
    record["affected"].append(osv_record("Maven", "org.webjars:minimist", [{"introduced": "0"}])["affected"][0])
    (found,) = statements(osv.parse(file("npm"), archive(record)))
    assert found.advisory.ranges == (Range("1.0.0", "1.2.6"), Range("", "0.2.4"))


def test_osv_a_bad_record_is_told_and_a_torn_archive_refused() -> None:
    found = list(osv.parse(file("npm"), archive("{", osv_record("npm", "a", [{"introduced": "0"}], "SEMVER"))))
    assert [type(record) for record in found if not isinstance(record, (Stamp, Vulnerability))] == [Rejected, Statement]
    torn = archive(osv_record("npm", "a", [])).getvalue()[:-20]
    for content in (b"", torn, b"PK\x03\x04" + b"\0" * 100):
        with pytest.raises(Malformed):
            list(osv.parse(file("npm"), io.BytesIO(content)))


def test_almalinux_errata_are_stored_by_cve_inside_their_module_stream() -> None:
    record = osv_record("AlmaLinux:8", "nodejs", [{"introduced": "0"}, {"fixed": "1:18.1-1.module_el8.7.0+1+a"}])
    record |= {
        "id": "ALSA-2023:1",
        "summary": "Important: nodejs:18 security update",
        "related": ["CVE-2023-1", "CVE-2023-2"],
    }
    bugfix = {**record, "id": "ALBA-2023:2"}
    found = statements(almalinux.parse(file("AlmaLinux:8"), archive(record, bugfix)))
    assert [(s.ecosystem, s.advisory.id, s.advisory.module, s.advisory.severity, s.advisory.note) for s in found] == [
        ("almalinux:8", "CVE-2023-1", "nodejs:18", "HIGH", "ALSA-2023:1"),
        ("almalinux:8", "CVE-2023-2", "nodejs:18", "HIGH", "ALSA-2023:1"),
    ]


@pytest.mark.parametrize(
    ("status", "fixed", "expected"),
    [
        ("needs-triage", "", ("under_investigation", "not triaged yet")),
        ("needed", "", ("affected", "")),
        ("ignored (end of life)", "", ("will_not_fix", "ignored")),
        ("deferred", "", ("fix_deferred", "deferred")),
        ("released", "1.2-3ubuntu0.1", ("fixed", "")),
        ("released", "1.2-3ubuntu0.1~esm2", ("fixed", "needs Ubuntu Pro")),
    ],
)
def test_ubuntu_statuses(status: str, fixed: str, expected: tuple[str, str]) -> None:
    events = [{"introduced": "0"}, *([{"fixed": fixed}] if fixed else [])]
    record = osv_record("Ubuntu:22.04:LTS", "tar", events, upstream=["CVE-2021-1234"])
    record["affected"][0]["ecosystem_specific"] = {"status": status}
    record["severity"] = [{"type": "Ubuntu", "score": "low"}]
    (found,) = statements(ubuntu.parse(file("Ubuntu:22.04:LTS"), archive(record)))
    assert (found.ecosystem, found.advisory.id, found.advisory.severity) == ("ubuntu:22.04", "CVE-2021-1234", "LOW")
    assert (found.advisory.status, found.advisory.note) == expected


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ({"status": "resolved", "fixed_version": "1.2-3"}, ("fixed", "", "1.2-3")),
        ({"status": "resolved", "fixed_version": "0"}, None),
        ({"status": "open", "urgency": "unimportant"}, ("affected", "NEGLIGIBLE", "")),
        ({"status": "open", "urgency": "not yet assigned"}, ("affected", "", "")),
        ({"status": "open", "urgency": "high", "nodsa": "x", "nodsa_reason": ""}, ("fix_deferred", "HIGH", "")),
        ({"status": "open", "urgency": "low", "nodsa": "x", "nodsa_reason": "postponed"}, ("fix_deferred", "LOW", "")),
        ({"status": "open", "nodsa": "x", "nodsa_reason": "ignored"}, ("will_not_fix", "", "")),
        ({"status": "open", "urgency": "end-of-life"}, ("end_of_life", "", "")),
        ({"status": "undetermined"}, ("under_investigation", "", "")),
    ],
)
def test_debian_statuses(release: Any, expected: tuple[str, str, str] | None) -> None:
    tracker = {"tar": {"CVE-2005-2541": {"description": "d", "releases": {"bookworm": release}}}}
    found = statements(debian.parse(file(), blob(tracker)))
    said = [(s.advisory.status, s.advisory.severity, s.advisory.ranges[0].fixed) for s in found]
    assert said == ([] if expected is None else [expected])


def test_debian_bad_records_are_told_one_by_one() -> None:
    tracker = {"a": {"CVE-1-1": {"releases": {"sid": {"status": "perhaps"}}}, "CVE-1-2": 7}}
    assert sum(isinstance(record, Rejected) for record in debian.parse(file(), blob(tracker))) == 2
    for bad in (b"", b"[]", b"[" * 100_000, b'{"a": 1}'):
        with pytest.raises(Malformed):
            list(debian.parse(file(), blob(bad)))


def test_secdb_zero_is_not_affected_and_a_string_may_hold_several_ids() -> None:
    fixes = {
        "0": ["CVE-2020-1"],
        "1.2-r0": ["CVE-2020-11501 GNUTLS-SA-2020-03-31", "CVE-2020-2 CVE-2020-3"],
        "1.3-r0": ["CGA-a-b"],
    }
    found = list(secdb.parse(file("alpine:3.20"), blob({"packages": [{"pkg": {"name": "gnutls", "secfixes": fixes}}]})))
    assert [(s.advisory.id, s.advisory.ranges) for s in statements(found)] == [
        (cve, (Range(fixed="1.2-r0"),)) for cve in ("CVE-2020-11501", "CVE-2020-2", "CVE-2020-3")
    ]
    assert Vulnerability("CVE-2020-11501", aliases=("GNUTLS-SA-2020-03-31",)) in found
    assert Covers("alpine:3.20") in found


OVAL = """<oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5" xmlns:r="urn:r">
<generator><timestamp>2024-01-02T03:04:05</timestamp></generator><definitions>
<definition class="patch" id="d:1"><metadata><title>{title}</title><affected family="unix"><platform>{platform}
</platform></affected>{reference}<description>A flaw (CVE-2022-1271)</description><advisory from="{issuer}">
<severity>Important</severity><cve cvss3="7.5/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H" cwe="CWE-1">CVE-2022-1271</cve></advisory></metadata>
<criteria operator="AND"><criterion comment="{module}" test_ref="t:9"/><criteria operator="OR"><criteria operator="AND">
<criterion comment="gzip is earlier than 1" test_ref="t:1"/></criteria></criteria></criteria></definition></definitions>
<tests><r:rpminfo_test id="t:1"><r:object object_ref="o:1"/><r:state state_ref="s:1"/></r:rpminfo_test></tests>
<objects><r:rpminfo_object id="o:1"><r:name>gzip</r:name></r:rpminfo_object></objects>
<states><r:rpminfo_state id="s:1"><r:arch operation="pattern match">x86_64|aarch64</r:arch>
<r:evr operation="{operation}">0:1.10-9.el9_0</r:evr></r:rpminfo_state></states></oval_definitions>"""


def oval_text(**values: str) -> io.BytesIO:
    defaults = {
        "title": "RHSA-2022:4582: gzip", "platform": "Red Hat Enterprise Linux 9", "issuer": "x", "operation": "less than",
        "module": "Red Hat Enterprise Linux 9 is installed",
        "reference": '<reference ref_id="CVE-2022-1271" ref_url="https://a.example/" source="CVE"/>',
    }  # fmt: skip
    return io.BytesIO(OVAL.format(**{**defaults, **values}).encode())


def test_redhat_oval() -> None:
    found = list(redhat.parse(file("9"), oval_text(module="Module nodejs:18 is enabled")))
    (said,) = statements(found)
    assert (said.ecosystem, said.name, said.advisory.id, said.advisory.note) == (
        "rhel:9",
        "gzip",
        "CVE-2022-1271",
        "RHSA-2022:4582",
    )
    assert (said.advisory.module, said.advisory.arches) == ("nodejs:18", ("aarch64", "x86_64"))
    assert (said.advisory.ranges, said.advisory.severity) == ((Range(fixed="0:1.10-9.el9_0"),), "HIGH")
    (described,) = (record for record in found if isinstance(record, Vulnerability))
    assert (described.cvss[0].score, described.cwes) == (7.5, ("CWE-1",))
    assert Stamp("2024-01-02T03:04:05") in found


def test_rocky_release_is_what_the_definition_says_not_the_file() -> None:
    found = statements(rocky.parse(file("8"), oval_text(platform="Rocky Linux 9", title="RLSA-2022:4582: gzip")))
    assert [said.ecosystem for said in found] == ["rocky:9"]
    found = statements(rocky.parse(file("8"), oval_text(platform="", issuer="cpe:/o:rocky:rocky:9:GA")))
    assert [said.ecosystem for said in found] == ["rocky:9"]


def test_azurelinux_less_than_or_equal_has_no_fix() -> None:
    (said,) = statements(azurelinux.parse(file("azurelinux:3.0"), oval_text(operation="less than or equal")))
    assert (said.advisory.status, said.advisory.ranges) == ("affected", (Range(last_affected="0:1.10-9.el9_0"),))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<html/>", b"<oval_definitions>",
        b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><oval_definitions>&c;</oval_definitions>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><oval_definitions/>',
    ],
)  # fmt: skip
def test_oval_that_is_none(content: bytes) -> None:
    with pytest.raises(Malformed):
        list(redhat.parse(file("9"), io.BytesIO(content)))


def test_kev_epss_exploits_and_eol() -> None:
    entry = {
        "cveID": "CVE-2021-44228",
        "dateAdded": "2021-12-10",
        "dueDate": "2021-12-24",
        "knownRansomwareCampaignUse": "Known",
    }
    found = list(kev.parse(file(), blob({"dateReleased": "2026-07-23", "vulnerabilities": [entry]})))
    assert isinstance(found[1], Exploited) and found[1].kev.ransomware
    table = b"#model_version:v1,score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\nCVE-2021-44228,0.9,1.0\nCVE-2021-1,x,1\nCVE-2021-44228,7,1\n"
    rows = list(epss.parse(file(), blob(table)))
    assert [type(row) for row in rows] == [Stamp, Scored, Rejected, Rejected]
    assert list(exploitdb.parse(file(), blob({"CVE-2021-44228": ["1"], "CVE-2021-44229": []}))) == [
        PublicExploit("CVE-2021-44228")
    ]
    csv = b'id,codes\n1,"CVE-2021-44228;OSVDB-1"\n2,\n'
    assert list(exploitdb.parse(file(), blob(csv))) == [PublicExploit("CVE-2021-44228")]
    expected = [
        EolCycle("debian", "12", "Bookworm", "2026-07-11", "2028-06-30", None, "12.15"),
        EolCycle("debian", "1", is_eol=True),
    ]
    slim = {"debian": {"releases": [
        {"releaseCycle": "12", "codename": "Bookworm", "eol": "2026-07-11", "eoes": "2028-06-30", "latest": "12.15"},
        {"releaseCycle": "1", "eol": True}]}}  # fmt: skip
    api = {"result": [{"name": "debian", "releases": [
        {"name": "12", "codename": "Bookworm", "isEol": True, "eolFrom": "2026-07-11", "eoesFrom": "2028-06-30", "latest": {"name": "12.15"}},
        {"name": "1", "isEol": True, "eolFrom": None}]}]}  # fmt: skip
    assert list(endoflife.parse(file(), blob(slim))) == expected
    assert list(endoflife.parse(file(), blob(api))) == expected
    for module in (kev, epss, exploitdb, endoflife):
        for bad in (b"", b"[]", b"<html>", b"[" * 100_000):
            with pytest.raises(Malformed):
                list(module.parse(file(), blob(bad)))


def test_vulnrichment_slim_and_whole_records() -> None:
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    slim = {"id": "CVE-2024-1", "state": "PUBLISHED", "published": "2024-01-01T00:00:00", "cwe": ["CWE-121"], "desc": "d",
            "cvss": {"cisa": {"v": "cvssV3_1", "s": 9.8, "sev": "CRITICAL", "vec": vector}}}  # fmt: skip
    whole = {"cveMetadata": {"cveId": "CVE-2024-1", "state": "PUBLISHED", "datePublished": "2024-01-01T00:00:00"}, "containers": {
        "cna": {"descriptions": [{"lang": "en", "value": "d"}]},
        "adp": [{"title": "CISA ADP Vulnrichment", "problemTypes": [{"descriptions": [{"cweId": "CWE-121"}]}],
                 "metrics": [{"cvssV3_1": {"baseScore": 9.8, "baseSeverity": "CRITICAL", "vectorString": vector}}]}]}}  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("vulnrichment-develop/2024/0xxx/CVE-2024-1.json", json.dumps(whole))
    packed.seek(0)
    for content in (blob(slim), packed):
        (_, found) = vulnrichment.parse(file(), content)
        assert isinstance(found, Vulnerability)
        assert (found.severity, found.severity_source, found.cwes, found.description) == (
            "CRITICAL",
            "cisa-adp",
            ("CWE-121",),
            "d",
        )
        assert (found.cvss[0].score, found.cvss[0].vector) == (9.8, vector)
