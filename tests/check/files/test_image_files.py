"""Rules about sizes and owners of an image's files, on layers written by hand: every figure is counted here."""

from __future__ import annotations

from pathlib import Path

import pytest

from scantling.model.finding import Finding
from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan
from support.oci import build_layout
from support.tars import Member, tar

PASSWD = Member("etc/passwd", b"root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/app:/bin/sh\n")
GROUP = Member("etc/group", b"root:x:0:\napp:x:1000:\n")
DPKG = Member("var/lib/dpkg/status", b"Package: base-files\nStatus: install ok installed\nVersion: 12\n")
OS = Member("etc/os-release", b"ID=debian\nVERSION_ID=12\n")


def findings(tmp_path: Path, *layers: list[Member], prefix: str = "SCN-FS-", **config: object) -> list[Finding]:
    history = [f"RUN /bin/sh -c step {number}" for number in range(len(layers))]
    layout = build_layout(tmp_path / "image", [tar(layer) for layer in layers], config=config, history=history)
    options = ScanOptions(scanners=frozenset({"misconfig"}), use_cache=False)
    report = scan(f"oci:{layout}:latest", options)
    assert not any(gap.blocks for gap in report.gaps)
    return [one for one in report.findings if one.id.startswith(prefix)]


def said(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [(one.id, one.path, one.title.partition(": ")[2]) for one in found]


def of(rule: str, found: list[Finding]) -> list[tuple[str, str, str]]:
    return [one for one in said(found) if one[0] == rule]


class TestOwners:
    RULE = "SCN-FS-005"

    def test_ten_thousand_files_are_one_finding(self, tmp_path: Path) -> None:
        many = [Member(f"srv/app/d{n % 50}/f{n}", b"x", uid=501, gid=1000) for n in range(10_000)]
        found = findings(tmp_path, [PASSWD, GROUP, *many])
        assert of(self.RULE, found) == [(self.RULE, "/srv/app", "10000 of uid 501")]

    def test_owner_and_group_are_looked_up_each(self, tmp_path: Path) -> None:
        files = [Member("a/x", b"1", uid=7, gid=8), Member("b/y", b"1", uid=1000, gid=9), Member("c", b"", gid=1000)]
        found = findings(tmp_path, [PASSWD, GROUP, *files])
        assert of(self.RULE, found) == [(self.RULE, "/a", "1 of uid 7 and gid 8"), (self.RULE, "/b", "1 of gid 9")]

    def test_the_last_accounts_decide(self, tmp_path: Path) -> None:
        later = Member("etc/passwd", PASSWD.data + b"late:x:501:1000::/:/bin/sh\n")
        found = findings(tmp_path, [PASSWD, GROUP, Member("srv/a", b"1", uid=501)], [later])
        assert of(self.RULE, found) == []

    def test_the_number_of_the_images_own_user_is_known(self, tmp_path: Path) -> None:
        found = findings(tmp_path, [PASSWD, GROUP, Member("srv/a", b"1", uid=10001, gid=10001)], User="10001")
        assert of(self.RULE, found) == []

    def test_files_that_are_gone_are_nobodys(self, tmp_path: Path) -> None:
        gone = [Member("srv/.wh.a", b"", uid=501)]
        found = findings(tmp_path, [PASSWD, GROUP, Member("srv/a", b"1", uid=501)], gone)
        assert of(self.RULE, found) == []

    def test_without_accounts_nobody_has_a_name(self, tmp_path: Path) -> None:
        assert of(self.RULE, findings(tmp_path, [Member("app", b"1", uid=65532, gid=65532)])) == []

    def test_many_directories_are_named_by_the_one_above(self, tmp_path: Path) -> None:
        files = [Member(f"srv/d{n}/f", b"1", uid=501) for n in range(9)]
        found = findings(tmp_path, [PASSWD, GROUP, *files])
        assert of(self.RULE, found) == [(self.RULE, "/srv", "9 of uid 501")]


class TestCaches:
    RULE = "SCN-FS-010"

    def test_bytes_and_files_are_counted(self, tmp_path: Path) -> None:
        files = [
            Member("var/lib/apt/lists/deb_main_Packages", b"x" * 150_000),
            Member("var/lib/apt/lists/deb_main_Release", b"x" * 50_000),
            Member("root/.cache/pip/http/a", b"x" * 99_999),
            Member("root/.cache/pip/http/b", b"x"),
            Member("home/app/.npm/_cacache/content", b"x" * 120_000),
        ]
        assert of(self.RULE, findings(tmp_path, files)) == [
            (self.RULE, "/home/app/.npm/_cacache", "npm's cache, 120 kB in 1 files"),
            (self.RULE, "/root/.cache/pip", "pip's cache, 100 kB in 2 files"),
            (self.RULE, "/var/lib/apt/lists", "apt's package lists, 200 kB in 2 files"),
        ]

    def test_what_is_small_or_gone_is_not_said(self, tmp_path: Path) -> None:
        lower = [
            Member("var/cache/apt/archives/lock", b"x" * 99_999),
            Member("var/lib/apt/lists/a", b"x" * 200_000),
            Member("var/lib/apt/listed", b"x" * 200_000),
        ]
        assert of(self.RULE, findings(tmp_path, lower, [Member("var/lib/apt/lists/.wh..wh..opq")])) == []


class TestWaste:
    RULE = "SCN-FS-011"

    def test_removed_and_replaced_bytes_of_each_layer(self, tmp_path: Path) -> None:
        first = [
            Member("opt/build/a", b"x" * 2_000_000),
            Member("opt/build/b", b"x" * 500_000),
            Member("srv/data", b"x" * 1_200_000),
            Member("srv/kept", b"x" * 3_000_000),
        ]
        second = [Member("opt/.wh.build"), Member("srv/data", b"y" * 1_100_000)]
        third = [Member("srv/data", b"", kind="dir")]
        found = findings(tmp_path, first, second, third)
        assert of(self.RULE, found) == [
            (self.RULE, "/opt/build/a", "2.5 MB removed later and 1.2 MB replaced later, of them 2.0 MB in this file"),
            (self.RULE, "/srv/data", "1.1 MB replaced later, of them 1.1 MB in this file"),
        ]
        assert len({one.diff_id for one in found if one.id == self.RULE}) == 2

    def test_less_than_a_megabyte_is_every_installs_due(self, tmp_path: Path) -> None:
        found = findings(tmp_path, [Member("a", b"x" * 999_999)], [Member(".wh.a")])
        assert of(self.RULE, found) == []

    def test_a_hard_link_keeps_the_bytes(self, tmp_path: Path) -> None:
        first = [Member("a", b"x" * 2_000_000), Member("b", kind="hardlink", link="a")]
        assert of(self.RULE, findings(tmp_path, first, [Member(".wh.a")])) == []


class TestRemoteShells:
    RULE = "SCN-FS-012"
    SSHD = Member("usr/sbin/sshd", b"\x7fELF", mode=0o755)

    def test_a_server_with_its_settings(self, tmp_path: Path) -> None:
        config = Member(
            "etc/ssh/sshd_config",
            b"# c\nPermitRootLogin yes\nPermitRootLogin no\nMatch all\nPasswordAuthentication no\n",
        )
        found = findings(tmp_path, [self.SSHD, config], prefix=self.RULE)
        assert said(found) == [(self.RULE, "/usr/sbin/sshd", "sshd, configured with permitrootlogin yes")]
        assert found[0].severity == "HIGH"

    def test_a_server_without_settings(self, tmp_path: Path) -> None:
        found = findings(tmp_path, [self.SSHD], prefix=self.RULE)
        assert [one.severity for one in found] == ["MEDIUM"]

    def test_settings_without_a_server(self, tmp_path: Path) -> None:
        assert findings(tmp_path, [Member("etc/ssh/sshd_config", b"PermitRootLogin yes\n")], prefix=self.RULE) == []


class TestSockets:
    RULE = "SCN-FS-013"

    def test_scripts_settings_and_variables(self, tmp_path: Path) -> None:
        files = [
            Member("entrypoint.sh", b"#!/bin/sh\ncurl --unix-socket /var/run/docker.sock http://d/\n", mode=0o755),
            Member("etc/agent.conf", b"endpoint = unix:///run/containerd/containerd.sock\n"),
        ]
        found = findings(tmp_path, files, Env=["DOCKER_HOST=unix:///var/run/docker.sock"], prefix=self.RULE)
        assert {(one.path, one.severity) for one in found} == {
            ("/", "MEDIUM"), ("/entrypoint.sh", "LOW"), ("/etc/agent.conf", "LOW"),
        }  # fmt: skip

    def test_packages_programs_and_large_files_are_left_alone(self, tmp_path: Path) -> None:
        files = [
            Member("usr/share/bash-completion/docker", b"#!/bin/sh\ndocker.sock\n"),
            Member("srv/README", b"mount docker.sock\n"),
            Member("srv/big", b"#!/bin/sh\n" + b"#" * 65_536 + b"docker.sock"),
        ]
        assert findings(tmp_path, files, prefix=self.RULE) == []


class TestUser:
    RULE = "SCN-FS-016"

    @pytest.mark.parametrize("user", ["", "root", "10001", "app", "app:app", "0"])
    def test_who_is_there(self, tmp_path: Path, user: str) -> None:
        assert findings(tmp_path, [PASSWD, GROUP], prefix=self.RULE, User=user) == []

    def test_who_is_not(self, tmp_path: Path) -> None:
        found = findings(tmp_path, [PASSWD, GROUP], prefix=self.RULE, User="web:web")
        assert said(found) == [(self.RULE, "/etc/passwd", "web is not in etc/passwd")]

    def test_root_under_another_name(self, tmp_path: Path) -> None:
        accounts = Member("etc/passwd", PASSWD.data + b"web:x:0:0::/:/bin/sh\n")
        found = findings(tmp_path, [PASSWD, GROUP], [accounts], prefix=self.RULE, User="web")
        assert [(one.severity, one.title.partition(": ")[2]) for one in found] == [("HIGH", "web has uid 0")]

    def test_no_accounts_at_all(self, tmp_path: Path) -> None:
        found = findings(tmp_path, [Member("app", b"x")], prefix=self.RULE, User="web")
        assert said(found) == [(self.RULE, "/etc/passwd", "web, but there is no etc/passwd")]


class TestMinimal:
    def test_a_shell_in_an_image_without_a_distribution(self, tmp_path: Path) -> None:
        found = findings(tmp_path, [Member("busybox/sh", b"\x7fELF"), Member("app", b"\x7fELF")])
        assert said(found) == [("SCN-FS-014", "/busybox/sh", "sh")]

    def test_distroless_records_are_no_distribution(self, tmp_path: Path) -> None:
        record = Member("var/lib/dpkg/status.d/base", DPKG.data)
        found = findings(tmp_path, [OS, record, Member("usr/bin/dpkg", b"\x7fELF"), Member("bin/sh", b"\x7fELF")])
        assert {(one.id, one.path) for one in found} == {("SCN-FS-014", "/bin/sh"), ("SCN-FS-014", "/usr/bin/dpkg")}

    def test_what_a_smaller_base_would_leave_out(self, tmp_path: Path) -> None:
        status = DPKG.data + b"\nPackage: libc6-dev\nStatus: install ok installed\nVersion: 2.36\n"
        files = [
            OS,
            Member("var/lib/dpkg/status", status),
            Member("usr/bin/apt-get", b"x" * (100_000 - len(status))),
            Member("usr/bin/bash", b"x" * 40_000),
            Member("usr/include/stdio.h", b"x" * 20_000),
            Member("usr/share/doc/a/copyright", b"x" * 5_000),
            Member("usr/share/docs", b"x" * 7_000),
            Member("srv/app", b"x" * 9_000),
        ]
        found = findings(tmp_path, files)
        said_ = (
            "165 kB: package manager 100 kB; shells 40 kB; headers and compilers 20 kB; manuals and translations 5 kB; "
            "1 development packages (libc6-dev)"
        )
        assert said(found) == [("SCN-FS-015", "/", said_)]

    def test_a_distribution_without_its_package_manager_is_small_enough(self, tmp_path: Path) -> None:
        assert findings(tmp_path, [OS, DPKG, Member("bin/sh", b"\x7fELF")]) == []
