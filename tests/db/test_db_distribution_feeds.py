# ruff: noqa: E501 - records of one line, as upstream writes them
"""Feeds of distributions in upstream's native formats: small inputs by hand, expectations read off them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from scantling.db import locate
from scantling.db.feed_file import open_feed
from scantling.db.feeds import (
    amazonlinux,
    apk_derivatives,
    arch,
    bottlerocket,
    debian_support,
    echo,
    oracle,
    redhat_vex,
    suse,
    ubuntu_oval,
)  # fmt: skip
from scantling.db.feeds.feed import FeedFile
from scantling.db.records import Covers, Record, Rejected, Stamp, Statement
from scantling.model.advisory import EolCycle, Range
from scantling.model.errors import Malformed


def file(key: str = "", path: str = "x") -> FeedFile:
    return FeedFile(path, "https://feed.example/x", key)


def statements(found: Iterable[Record]) -> list[Statement]:
    return [record for record in found if isinstance(record, Statement)]


def oval(definition: str, name: str, evr: str, kind: str = "rpm") -> io.BytesIO:
    return io.BytesIO(
        f"""<oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5">
<generator><timestamp>2026-11-01T00:00:00</timestamp></generator><definitions>{definition}</definitions>
<tests><{kind}info_test id="t:1"><object object_ref="o:1"/><state state_ref="s:1"/></{kind}info_test></tests>
<objects><{kind}info_object id="o:1">{name}</{kind}info_object></objects>
<states><{kind}info_state id="s:1"><arch operation="pattern match">(aarch64|x86_64)</arch>
<evr operation="less than">{evr}</evr></{kind}info_state></states>
<variables><constant_variable id="v:1"><value>libx</value><value>x</value></constant_variable></variables>
</oval_definitions>""".encode()
    )


def test_oracle_by_release_and_its_rebuilds_by_themselves() -> None:
    definition = """<definition id="d" class="patch"><metadata><title>ELSA-2024-1: glibc security update (IMPORTANT)</title>
<affected><platform>Oracle Linux 7</platform></affected><reference ref_id="CVE-2024-0001"/></metadata>
<criteria operator="AND"><criterion test_ref="p" comment="Oracle Linux 7 is installed"/>
<criteria operator="OR"><criterion test_ref="t:1" comment="glibc is earlier than"/></criteria></criteria></definition>"""
    for evr, stream in (("0:2.17-326.0.9.el7_9", ""), ("2:2.17-326.0.9.ksplice1.el7_9", "ksplice")):
        found = list(oracle.parse(file(), oval(definition, "<name>glibc</name>", evr)))
        (said,) = statements(found)
        assert Covers("ol:7") in found
        assert (said.ecosystem, said.name, said.advisory.id) == ("ol:7", "glibc", "CVE-2024-0001")
        assert (said.advisory.severity, said.advisory.stream, said.advisory.note) == ("HIGH", stream, "ELSA-2024-1")


SUSE = """<definition id="d" class="vulnerability"><metadata><title>CVE-2024-0002</title>
<advisory><severity>Moderate</severity><cve impact="moderate">CVE-2024-0002</cve></advisory></metadata>
<criteria operator="AND"><criteria operator="OR"><criterion test_ref="p1" comment="{} is installed"/>
<criterion test_ref="p2" comment="SUSE Linux Enterprise Desktop 15 SP5 is installed"/></criteria>
<criteria operator="OR"><criterion test_ref="t:1" comment="curl-8.0-1 is installed"/></criteria></criteria></definition>"""


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("SUSE Linux Enterprise Module for Basesystem 15 SP5", ("sles:15.5", "")),
        ("SUSE Linux Enterprise Server 15 SP3-LTSS", ("sles:15.3", suse.LTSS)),
        ("openSUSE Leap 15.6", ("opensuse-leap:15.6", "")),
        ("openSUSE Tumbleweed", ("opensuse-tumbleweed", "")),
    ],
)
def test_suse_a_fix_is_for_the_service_pack_that_the_criterion_names(platform: str, expected: tuple[str, str]) -> None:
    (said,) = statements(suse.parse(file("sles:15"), oval(SUSE.format(platform), "<name>curl</name>", "0:8.0-1")))
    assert (said.ecosystem, said.advisory.note) == expected
    assert (said.advisory.ranges, said.advisory.arches) == ((Range(fixed="0:8.0-1"),), ("aarch64", "x86_64"))


def test_ubuntu_oval_is_by_binary_package() -> None:
    definition = """<definition id="d" class="patch"><metadata><title>USN-1-1 -- x vulnerability</title><advisory>
<severity>Medium</severity><cve priority="low">CVE-2024-0003</cve></advisory></metadata>
<criteria><criterion test_ref="t:1"/></criteria></definition>"""
    found = statements(
        ubuntu_oval.parse(file("24.04"), oval(definition, '<name var_ref="v:1"/>', "0:1-1ubuntu2~esm1", "dpkg"))
    )
    assert [(s.ecosystem, s.name, s.advisory.severity, s.advisory.note) for s in found] == [
        ("ubuntu:24.04", "binary:libx", "LOW", "needs Ubuntu Pro"),
        ("ubuntu:24.04", "binary:x", "LOW", "needs Ubuntu Pro"),
    ]


UPDATEINFO = b"""<updates><update type="security" status="final"><id>ALAS2-2021-1699</id><title>t</title>
<issued date="2021-08-13 17:31"/><updated date="2021-08-14 17:31"/><severity>low</severity><description>d</description>
<references><reference href="https://x.example" id="CVE-2021-22543" type="cve"/></references><pkglist><collection>
<package name="kernel" version="4.14.243" release="185.433.amzn2" epoch="0" arch="x86_64"/>
<package name="kernel" version="4.14.243" release="185.433.amzn2" epoch="0" arch="aarch64"/>
<package name="bind" version="9.1" release="1.amzn2" epoch="32" arch="noarch"/>
</collection></pkglist></update><update type="bugfix"><id>B</id></update></updates>"""


def test_updateinfo_of_amazon_linux_and_bottlerocket() -> None:
    found = list(amazonlinux.parse(file("amazon:2"), io.BytesIO(UPDATEINFO)))
    assert found[0] == Covers("amazon:2") and Stamp("2021-08-14T17:31") in found
    assert [(s.name, s.advisory.ranges[0].fixed, s.advisory.arches, s.advisory.id) for s in statements(found)] == [
        ("bind", "32:9.1-1.amzn2", (), "CVE-2021-22543"),
        ("kernel", "4.14.243-185.433.amzn2", ("aarch64", "x86_64"), "CVE-2021-22543"),
    ]
    assert len(statements(bottlerocket.parse(file(), io.BytesIO(UPDATEINFO)))) == 2
    for content in (b"", b"<html/>", UPDATEINFO[:-20], b'<!DOCTYPE a [<!ENTITY b "c">]><updates>&b;</updates>'):
        with pytest.raises(Malformed):
            list(amazonlinux.parse(file("amazon:2"), io.BytesIO(content)))


def test_arch_groups() -> None:
    groups = [
        {"name": "AVG-1", "packages": ["curl", "lib32-curl"], "status": "Fixed", "fixed": "8.5.0-1", "severity": "High",
         "issues": ["CVE-2024-0001"]},
        {"name": "AVG-2", "packages": ["pam"], "status": "Vulnerable", "fixed": None, "issues": ["CVE-2024-0002"]},
        {"name": "AVG-3", "packages": ["a"], "status": "Not affected", "issues": ["CVE-2024-0003"]},
        {"name": "AVG-4", "packages": ["b"], "status": "Testing", "fixed": "2-1", "issues": ["CVE-2024-0004"]},
        {"name": 5},
    ]  # fmt: skip
    found = list(arch.parse(file(), io.BytesIO(json.dumps(groups).encode())))
    assert [(s.name, s.advisory.status, s.advisory.ranges) for s in statements(found)] == [
        ("curl", "fixed", (Range(fixed="8.5.0-1"),)),
        ("lib32-curl", "fixed", (Range(fixed="8.5.0-1"),)),
        ("pam", "affected", (Range(),)),
        ("b", "affected", (Range(),)),
    ]
    assert len([record for record in found if isinstance(record, Rejected)]) == 1
    with pytest.raises(Malformed):
        list(arch.parse(file(), io.BytesIO(b"{}")))


def test_echo_and_apk_derivatives() -> None:
    content = {"curl": {"CVE-1": {"fixed_version": "7.88.1-10", "severity": "HIGH"}, "CVE-2": {"fixed_version": "0"}}}
    (said,) = statements(echo.parse(file(), io.BytesIO(json.dumps(content).encode())))
    assert (said.ecosystem, said.advisory.severity, said.advisory.ranges) == (
        "echo",
        "HIGH",
        (Range(fixed="7.88.1-10"),),
    )
    assert {feed.name for feed in apk_derivatives.FEEDS} == {"minimos", "secureos"}


def test_debian_support_lists() -> None:
    ended = b"# comment\nmbedtls  2.16.9  2026-06-12  hard to support\nphp-horde.*\t0\t2025-03-22\tPHP8\nbad line\n"
    found = list(debian_support.parse(file("12"), io.BytesIO(ended)))
    assert found[0] == EolCycle(
        "debian-security-support:12", "mbedtls", codename="hard to support", eol="2026-06-12", latest="2.16.9"
    )
    assert isinstance(found[1], EolCycle) and found[1].cycle == "php-horde.*"
    assert isinstance(found[2], Rejected)
    (limited,) = debian_support.parse(file("limited"), io.BytesIO(b"binutils  Only suitable for trusted content\n"))
    assert limited == EolCycle(
        "debian-security-support:limited", "binutils", codename="Only suitable for trusted content"
    )


def vex(name: str, statuses: dict[str, list[str]], remedies: list[dict[str, Any]]) -> bytes:
    platforms = {
        "main": "cpe:/o:redhat:enterprise_linux:9::baseos",
        "eus": "cpe:/o:redhat:rhel_eus:9.0::baseos",
        "el8": "cpe:/o:redhat:enterprise_linux:8",
    }
    components = {
        "c3": "pkg:rpm/redhat/curl@7.76.1-26.el9_3.2?arch=x86_64",
        "c2": "pkg:rpm/redhat/curl@7.76.1-23.el9_2.4?arch=x86_64",
        "c0": "pkg:rpm/redhat/curl@7.76.1-14.el9_0.9?arch=x86_64",
        "curl": "pkg:rpm/redhat/curl",
        "image": "pkg:oci/redhat/image",
    }
    product = [
        {"product": {"product_id": key, "product_identification_helper": {kind: value}}}
        for kind, table in (("cpe", platforms), ("purl", components))
        for key, value in table.items()
    ]
    relations = [
        {"full_product_name": {"product_id": f"{at}:{what}"}, "product_reference": what,
         "relates_to_product_reference": at}
        for at in platforms for what in components
    ]  # fmt: skip
    return json.dumps({
        "document": {"aggregate_severity": {"text": "Important"}, "tracking": {"current_release_date": "2026-01-01"}},
        "product_tree": {"branches": [{"branches": product}], "relationships": relations},
        "vulnerabilities": [{"cve": name, "product_status": statuses, "remediations": remedies}],
    }).encode()  # fmt: skip


def test_red_hat_main_stream_extended_support_and_unfixed_states(tmp_path: Path) -> None:
    content = vex(
        "CVE-2023-38545",
        {"fixed": ["main:c3", "main:c2", "eus:c0"], "known_affected": ["el8:curl", "el8:image"]},
        [{"category": "no_fix_planned", "details": "Will not fix", "product_ids": ["el8:curl"]}],
    )
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in (("2023/cve-2023-38545.json", content), ("2023/bad.json", b'{":redhat:enterprise_linux:')):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    path = tmp_path / "vex.tar.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(packed.getvalue()))
    with open_feed(path) as blob:
        found = list(redhat_vex.parse(file(), blob))
    assert [
        (s.ecosystem, s.advisory.status, s.advisory.ranges[0].fixed, s.advisory.stream) for s in statements(found)
    ] == [
        ("rhel:9", "fixed", "7.76.1-26.el9_3.2", ""),
        ("rhel:9", "fixed", "7.76.1-14.el9_0.9", "el9_0"),
        ("rhel:9", "fixed", "7.76.1-23.el9_2.4", "el9_2"),
        ("rhel:8", "will_not_fix", "", ""),
    ]
    assert {s.advisory.severity for s in statements(found)} == {"HIGH"}
    assert len([record for record in found if isinstance(record, Rejected)]) == 1
    path.write_bytes(zstandard.ZstdCompressor().compress(packed.getvalue()[:700]))
    with open_feed(path) as blob, pytest.raises(Malformed):
        list(redhat_vex.parse(file(), blob))


def test_a_pointer_leads_to_the_file_and_to_no_other_host() -> None:
    ask, read = locate.STEPS["first-line"]
    at = ask("https://feed.example/vex/archive_latest.txt")
    assert read(at, b"csaf_vex_2026-11-01.tar.zst\n") == "https://feed.example/vex/csaf_vex_2026-11-01.tar.zst"
    ask, read = locate.STEPS["updateinfo"]
    repomd = b'<repomd><data type="updateinfo"><location href="repodata/u.xml.gz"/></data></repomd>'
    assert read(ask("https://feed.example/core/"), repomd) == "https://feed.example/core/repodata/u.xml.gz"
    for content in (b"", b"https://evil.example/x", b"http://feed.example/x", b"a b\0"):
        if content != b"a b\0":
            with pytest.raises(Malformed):
                locate.STEPS["first-line"][1](at, content)
    with pytest.raises(Malformed):
        read("https://feed.example/repodata/repomd.xml", b"<repomd/>")


def test_gzip_is_not_taken_for_a_list() -> None:
    with pytest.raises(Malformed):
        list(debian_support.parse(file("12"), io.BytesIO(gzip.compress(b"x") + b"\0")))
