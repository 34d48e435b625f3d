"""Files that are not as their package installed them, and executables that no package owns, in whichever layer.

The digests of the records are computed here by hashlib, as each format's own documentation says.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import struct
import subprocess
import time
from pathlib import Path

import pytest

from scantling.model.finding import Finding
from scantling.model.report import Report
from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan
from support.oci import build_layout
from support.tars import Member, tar

STATUS = b"Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n\n"
DEBIAN = [
    Member("etc/os-release", b'ID=debian\nVERSION_ID="12"\n'),
    Member("etc/debian_version", b"12.8\n"),
    Member("var/lib/dpkg/status", STATUS),
]
TOOL, LIBRARY, DATA = b"\x7fELF" + bytes(2000), b"\x7fELF" + bytes(1500), b"some data\n"


def elf(kind: int = 2, interpreter: bool = True) -> bytes:
    """An ELF header for x86-64 with one program header (gABI)."""
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    head = ident + struct.pack("<HHIQQQIHHHHHH", kind, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return head + struct.pack("<II", 3 if interpreter else 1, 5) + bytes(1200)


def sums(**files: bytes) -> bytes:
    return b"".join(
        b"%s  %s\n" % (hashlib.md5(data).hexdigest().encode(), name.replace("__", "/").encode())
        for name, data in files.items()
    )


def debian(*more: Member, record: bytes | None = None, name: str = "tool") -> bytes:
    """A layer of a Debian system with the package ``tool``."""
    stated = sums(usr__bin__tool=TOOL, usr__share__tool__data=DATA) if record is None else record
    own = [
        Member("usr/bin/tool", TOOL, mode=0o755),
        Member("usr/share/tool/data", DATA),
        Member(f"var/lib/dpkg/info/{name}.md5sums", stated),
        Member(f"var/lib/dpkg/info/{name}.list", b"/.\n/usr\n/usr/bin\n/usr/bin/tool\n/usr/share/tool/data\n"),
    ]
    replaced = {member.name for member in more}
    return tar([member for member in (*DEBIAN, *own) if member.name not in replaced] + list(more))


def scanned(tmp_path: Path, *layers: bytes) -> Report:
    layout = build_layout(tmp_path / "image", layers)
    options = ScanOptions(cache_dir=tmp_path / "cache", scanners=frozenset({"integrity"}))
    report = scan(f"oci:{layout}:latest", options)
    assert scan(f"oci:{layout}:latest", options).findings == report.findings  # the same from the cache
    return report


def changed(report: Report) -> dict[str, Finding]:
    return {f.path: f for f in report.findings if f.id in {"SCN-INT-001", "SCN-INT-002"}}


def test_nothing_is_said_of_what_is_as_recorded(tmp_path: Path) -> None:
    report = scanned(tmp_path, debian())
    assert changed(report) == {}


def test_a_changed_program_and_changed_data_in_the_same_layer(tmp_path: Path) -> None:
    report = scanned(
        tmp_path, debian(Member("usr/bin/tool", TOOL + b"!", mode=0o755), Member("usr/share/tool/data", b"x"))
    )
    found = changed(report)
    assert {path: (f.id, f.severity) for path, f in found.items()} == {
        "/usr/bin/tool": ("SCN-INT-001", "HIGH"),
        "/usr/share/tool/data": ("SCN-INT-002", "MEDIUM"),
    }
    one = found["/usr/bin/tool"]
    assert one.package is not None and one.package.startswith("pkg:deb/debian/tool@1.0-1")
    assert hashlib.md5(TOOL).hexdigest()[:16] in one.description
    assert hashlib.md5(TOOL + b"!").hexdigest()[:16] in one.description


def test_a_file_that_a_later_layer_replaces_is_reported_with_that_layer(tmp_path: Path) -> None:
    report = scanned(tmp_path, debian(), tar([Member("usr/bin/tool", b"\x7fELF" + bytes(1999), mode=0o755)]))
    (found,) = changed(report).values()
    assert found.diff_id == report.target.layers[1].diff_id


def test_a_replaced_file_whose_package_was_upgraded_with_it_is_fine(tmp_path: Path) -> None:
    new = b"\x7fELF" + bytes(3000)
    upgrade = [
        Member("usr/bin/tool", new, mode=0o755),
        Member("var/lib/dpkg/info/tool.md5sums", sums(usr__bin__tool=new, usr__share__tool__data=DATA)),
    ]
    assert changed(scanned(tmp_path, debian(), tar(upgrade))) == {}


def test_of_a_removed_package_and_a_removed_file_nothing_is_said(tmp_path: Path) -> None:
    gone = tar([Member("var/lib/dpkg/info/.wh.tool.md5sums", b""), Member("usr/bin/tool", b"mine", mode=0o755)])
    assert changed(scanned(tmp_path, debian(), gone)) == {}
    assert changed(scanned(tmp_path / "2", debian(), tar([Member("usr/bin/.wh.tool", b"")]))) == {}


def test_a_later_layer_that_has_the_same_bytes_changes_nothing(tmp_path: Path) -> None:
    assert changed(scanned(tmp_path, debian(), tar([Member("usr/bin/tool", TOOL, mode=0o755)]))) == {}


def test_merged_usr_in_either_direction(tmp_path: Path) -> None:
    merged = Member("bin", kind="symlink", link="usr/bin")
    fine = debian(merged, record=sums(bin__tool=TOOL))
    assert changed(scanned(tmp_path, fine)) == {}
    report = scanned(tmp_path / "2", fine, tar([Member("bin/tool", b"\x7fELF", mode=0o755)]))
    assert list(changed(report)) == ["/usr/bin/tool"]


def test_hard_links_share_their_bytes(tmp_path: Path) -> None:
    twin = Member("usr/bin/tool5", kind="hardlink", link="usr/bin/tool")
    record = sums(usr__bin__tool=TOOL, usr__bin__tool5=TOOL)
    assert changed(scanned(tmp_path, debian(twin, record=record))) == {}
    wrong = sums(usr__bin__tool=TOOL, usr__bin__tool5=DATA)
    assert list(changed(scanned(tmp_path / "2", debian(twin, record=wrong)))) == ["/usr/bin/tool5"]


def test_a_diverted_file_is_looked_for_where_it_was_moved(tmp_path: Path) -> None:
    moved = [
        Member("usr/bin/tool", b"#!/bin/sh\n", mode=0o755),
        Member("usr/bin/tool.real", TOOL, mode=0o755),
        Member("var/lib/dpkg/diversions", b"/usr/bin/tool\n/usr/bin/tool.real\nother\n"),
    ]
    assert changed(scanned(tmp_path, debian(*moved))) == {}


def test_a_later_layer_may_divert_what_a_lower_one_installed(tmp_path: Path) -> None:
    diversions = b"/usr/bin/tool\n/usr/bin/tool.real\nother\n"
    own = [Member("usr/bin/tool", b"#!/bin/sh\n", mode=0o755), Member("var/lib/dpkg/diversions", diversions)]
    moved = [*own, Member("usr/bin/tool.real", TOOL, mode=0o755)]
    assert changed(scanned(tmp_path, debian(), tar(moved))) == {}
    other = [*own, Member("usr/bin/tool.real", TOOL + b"!", mode=0o755)]
    assert list(changed(scanned(tmp_path / "2", debian(), tar(other)))) == ["/usr/bin/tool.real"]


def test_configuration_and_documentation_are_not_compared(tmp_path: Path) -> None:
    record = sums(etc__tool__conf=b"old", usr__share__doc__tool__README=b"old")
    mine = [
        Member("etc/tool/conf", b"new"),
        Member("usr/share/doc/tool/README", b"new"),
    ]
    assert changed(scanned(tmp_path, debian(*mine, record=record))) == {}


EVIL = b"\x7fELF" + b"evil" * 500


@pytest.mark.parametrize("place", ["opt/other", "tmp/tool"])
def test_a_link_in_a_files_place_is_what_it_leads_to(tmp_path: Path, place: str) -> None:
    layers = (
        Member("usr/bin/tool", kind="symlink", link=f"/{place}"),
        Member(place, EVIL, mode=0o755),
    )
    report = scanned(tmp_path, debian(), tar(list(layers)))
    (found,) = changed(report).values()
    assert (found.path, found.id) == ("/usr/bin/tool", "SCN-INT-001")
    assert f"link to /{place}" in found.description
    assert found.diff_id == report.target.layers[1].diff_id
    same = (layers[0], Member("opt/other", TOOL, mode=0o755))
    if place.startswith("opt"):
        assert changed(scanned(tmp_path / "2", debian(), tar(list(same)))) == {}


def test_a_directory_that_became_a_link_has_other_files(tmp_path: Path) -> None:
    moved = [
        Member("opt/evil/tool", EVIL, mode=0o755),
        Member("usr/.wh.bin", b""),
        Member("usr/bin", kind="symlink", link="/opt/evil"),
    ]
    report = scanned(tmp_path, debian(), tar(moved))
    assert {path: f.diff_id for path, f in changed(report).items()} == {
        "/opt/evil/tool": report.target.layers[1].diff_id
    }


def test_a_replaced_file_that_its_own_layer_named_through_a_link_below(tmp_path: Path) -> None:
    base = tar([*DEBIAN, Member("bin", kind="symlink", link="usr/bin"), Member("usr/bin/x", DATA)])
    middle = [
        Member("bin/tool", TOOL, mode=0o755),
        Member("var/lib/dpkg/info/tool.md5sums", sums(bin__tool=TOOL)),
    ]
    assert changed(scanned(tmp_path, base, tar(middle))) == {}
    report = scanned(tmp_path / "2", base, tar(middle), tar([Member("usr/bin/tool", EVIL, mode=0o755)]))
    assert list(changed(report)) == ["/usr/bin/tool"]


def test_a_file_that_another_package_took_over_is_as_that_one_says(tmp_path: Path) -> None:
    """dpkg leaves the sums of the package whose file was replaced (Replaces:, deb-control(5)) as they were."""
    new = Member("var/lib/dpkg/info/successor.md5sums", sums(usr__bin__tool=EVIL))
    assert changed(scanned(tmp_path, debian(Member("usr/bin/tool", EVIL, mode=0o755), new))) == {}
    later = tar([Member("usr/bin/tool", EVIL, mode=0o755), new])
    assert changed(scanned(tmp_path / "2", debian(), later)) == {}
    third = tar([Member("usr/bin/tool", DATA, mode=0o755)])
    assert list(changed(scanned(tmp_path / "3", debian(), later, third))) == ["/usr/bin/tool"]


def test_the_loader_of_an_upgrade_does_not_make_debian_an_rpm_system(tmp_path: Path) -> None:
    upgrade = [
        Member("usr/lib64/ld-linux-x86-64.so.2", TOOL, mode=0o755),
        Member("usr/share/tool/data", b"mine"),
    ]
    assert list(changed(scanned(tmp_path, debian(), tar(upgrade)))) == ["/usr/share/tool/data"]


def test_signs_of_two_systems_are_both_heeded(tmp_path: Path) -> None:
    layer = [
        Member("etc/apk/world", b""),
        Member("etc/apt/sources.list", b""),
        Member("usr/bin/tool", EVIL, mode=0o755),
    ]
    assert list(changed(scanned(tmp_path, debian(), tar(layer)))) == ["/usr/bin/tool"]


def test_files_without_a_digest_are_counted_in_linear_time(tmp_path: Path) -> None:
    """A layer that pretends to be of another system: thousands of files that cannot be compared are one gap."""
    count = 20_000
    names = [f"usr/share/{'x' * 60}/{number:06}" for number in range(count)]
    record = b"".join(b"%b  %b\n" % (hashlib.md5(b"").hexdigest().encode(), name.encode()) for name in names)
    layer = [Member("lib/apk/x", b"x"), *(Member(name, b"x") for name in names)]
    started = time.process_time()
    report = scanned(tmp_path, debian(record=record), tar(layer))
    # 6 s for both scans; looking through all names for each file took over a minute
    assert time.process_time() - started < 20
    (gap,) = [gap for gap in report.gaps if gap.what == "not-compared"]
    assert gap.reason.startswith(f"{count} files")


def test_a_record_that_cannot_be_read_is_a_gap(tmp_path: Path) -> None:
    report = scanned(tmp_path, debian(record=b"no digest at all\n"))
    (gap,) = [gap for gap in report.gaps if gap.where.endswith("md5sums")]
    assert "line 1" in gap.reason
    assert report.status == "incomplete"


@pytest.mark.parametrize("path", ["../../etc/passwd", "/../x", "usr/bin/" + "x" * 5000, "usr/\x00bin"])
def test_a_record_that_names_strange_places_does_no_harm(tmp_path: Path, path: str) -> None:
    record = hashlib.md5(b"x").hexdigest().encode() + b"  " + path.encode() + b"\n"
    assert changed(scanned(tmp_path, debian(record=record))) == {}


APK = b"""P:tool
V:1.0-r0
A:x86_64
F:usr
F:usr/bin
R:tool
a:0:0:755
Z:Q1%s
R:plain
Z:Q1%s

"""


def alpine(*more: Member) -> bytes:
    digests = tuple(base64.b64encode(hashlib.sha1(data).digest()) for data in (TOOL, DATA))
    own = [
        Member("etc/alpine-release", b"3.20.3\n"),
        Member("etc/os-release", b"ID=alpine\nVERSION_ID=3.20.3\n"),
        Member("lib/apk/db/installed", APK % digests),
        Member("usr/bin/plain", DATA),
        Member("usr/bin/tool", TOOL, mode=0o755),
    ]
    replaced = {member.name for member in more}
    return tar([member for member in own if member.name not in replaced] + list(more))


def test_apk(tmp_path: Path) -> None:
    assert changed(scanned(tmp_path, alpine())) == {}
    report = scanned(tmp_path / "2", alpine(), tar([Member("usr/bin/tool", TOOL[:-1], mode=0o755)]))
    assert [f.id for f in changed(report).values()] == ["SCN-INT-001"]


def test_apk_whose_database_a_later_layer_wrote_anew(tmp_path: Path) -> None:
    digests = tuple(base64.b64encode(hashlib.sha1(data).digest()) for data in (TOOL, DATA))
    again = tar([Member("lib/apk/db/installed", APK % digests + b"P:more\nV:1\n\n")])
    assert changed(scanned(tmp_path, alpine(), again)) == {}
    bad = alpine(Member("usr/bin/plain", b"other"))
    assert list(changed(scanned(tmp_path / "2", bad, again))) == ["/usr/bin/plain"]


def test_apk_states_the_target_of_a_link(tmp_path: Path) -> None:
    """apk-v2(5): the checksum of a symbolic link is that of its target's name."""
    digests = tuple(base64.b64encode(hashlib.sha1(data).digest()) for data in (TOOL, b"tool"))
    base = alpine(Member("lib/apk/db/installed", APK % digests), Member("usr/bin/plain", kind="symlink", link="tool"))
    assert changed(scanned(tmp_path, base)) == {}
    other = tar([Member("opt/other", EVIL, mode=0o755), Member("usr/bin/plain", kind="symlink", link="/opt/other")])
    assert list(changed(scanned(tmp_path / "2", base, other))) == ["/usr/bin/plain"]


SITE = "opt/venv/lib/python3.11/site-packages"


def wheel(name: str, *files: Member, home: str = SITE, stated: dict[str, bytes] | None = None) -> list[Member]:
    """Files of a wheel with their RECORD (PEP 376: urlsafe base 64 without padding)."""
    rows = []
    for member in files:
        digest = hashlib.sha256((stated or {}).get(member.name, member.data)).digest()
        text = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        rows.append(f"{member.name.removeprefix(home + '/')},sha256={text},{len(member.data)}")
    rows += [
        f"{name}-1.0.dist-info/RECORD,,",
        f"{name}/__pycache__/a.cpython-311.pyc,,",
        "../../../bin/run,sha256=AA,1",
    ]
    info = f"{home}/{name}-1.0.dist-info"
    meta = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()
    return [*files, Member(f"{info}/METADATA", meta), Member(f"{info}/RECORD", "\n".join(rows).encode())]


def test_python_records(tmp_path: Path) -> None:
    files = (Member(f"{SITE}/pkg/a.py", b"print(1)\n"), Member(f"{SITE}/pkg/__init__.py", b""))
    assert changed(scanned(tmp_path, tar(wheel("pkg", *files)))) == {}
    layers = (tar(wheel("pkg", *files)), tar([Member(f"{SITE}/pkg/a.py", b"import os\n")]))
    (found,) = changed(scanned(tmp_path / "2", *layers)).values()
    assert (found.path, found.package) == (f"/{SITE}/pkg/a.py", "pkg:pypi/pkg@1.0")


def test_two_wheels_with_a_file_of_one_name(tmp_path: Path) -> None:
    name = f"{SITE}/tests/__init__.py"
    first = wheel("first", Member(name, b"2"), stated={name: b"1"})
    assert list(changed(scanned(tmp_path, tar(first)))) == [f"/{name}"]
    second = wheel("second", Member(name, b"2"))
    assert changed(scanned(tmp_path / "2", tar([*first, *second[1:]]))) == {}


def test_an_empty_file_that_was_filled(tmp_path: Path) -> None:
    files = wheel("pkg", Member(f"{SITE}/pkg/__init__.py", b"x"), stated={f"{SITE}/pkg/__init__.py": b""})
    assert list(changed(scanned(tmp_path, tar(files)))) == [f"/{SITE}/pkg/__init__.py"]


def test_a_copy_inside_another_package_was_changed_on_purpose(tmp_path: Path) -> None:
    home = f"{SITE}/outer/_vendor"
    files = wheel("inner", Member(f"{home}/inner/a.py", b"new"), home=home, stated={f"{home}/inner/a.py": b"old"})
    assert changed(scanned(tmp_path, tar(files))) == {}


def unowned(report: Report) -> list[tuple[str, str, str]]:
    return [(f.id, f.path, f.title) for f in report.findings if f.id in {"SCN-INT-010", "SCN-INT-011"}]


def test_executables_that_no_package_owns_are_named_with_what_they_are(tmp_path: Path) -> None:
    top = tar(
        [
            Member("usr/local/bin/agent", elf(), mode=0o755),
            Member("usr/local/bin/start", b"#!/bin/sh\nexec agent\n", mode=0o755),
            Member("opt/plugins/a.so", elf(3, False), mode=0o644),
            Member("opt/plugins/b.so", elf(3, False), mode=0o644),
            Member("srv/notes.txt", b"no program", mode=0o755),
        ]
    )
    report = scanned(tmp_path, debian(), top)
    assert unowned(report) == [
        ("SCN-INT-010", "/opt/plugins", "Executables that no package owns: 2 files"),
        ("SCN-INT-010", "/usr/local/bin/agent", "Executables that no package owns: ELF x86-64 program"),
        ("SCN-INT-011", "/usr/local/bin/start", "Scripts in the search path that no package owns: script of /bin/sh"),
    ]
    (plugins, agent, _) = [f for f in report.findings if f.id.startswith("SCN-INT-01")]
    assert f"(ELF x86-64 program, {len(elf())} bytes)" in agent.description
    assert "/opt/plugins/b.so (ELF x86-64 library" in plugins.description
    assert agent.diff_id == report.target.layers[1].diff_id


def test_where_nothing_is_recorded_nothing_is_missing(tmp_path: Path) -> None:
    assert unowned(scanned(tmp_path, tar([Member("app", elf(2, False), mode=0o755)]))) == []


def test_static_programs_are_told(tmp_path: Path) -> None:
    report = scanned(tmp_path, debian(Member("usr/local/bin/agent", elf(2, False), mode=0o755)))
    assert unowned(report)[0][2].endswith("ELF x86-64 program, static")


@pytest.mark.parametrize("head", [b"\x7fELF", b"\x7fELF" + b"\xff" * 60, b"#!", b"#!\n", b"MZ", b"\xcf\xfa\xed\xfe"])
def test_damaged_executables_do_no_harm(tmp_path: Path, head: bytes) -> None:
    scanned(tmp_path, debian(Member("usr/local/bin/agent", head + bytes(2000), mode=0o755)))


@pytest.mark.debian
@pytest.mark.skipif(shutil.which("rpmbuild") is None, reason="needs Debian's rpm")
def test_an_rpm_system_is_as_rpm_verify_says(tmp_path: Path) -> None:
    root, spec = tmp_path / "root", tmp_path / "tool.spec"
    spec.write_text(
        "Name: tool\nVersion: 1.0\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n%description\nx\n"
        "%install\nmkdir -p %{buildroot}/usr/bin %{buildroot}/etc\n"
        "for n in a b c; do echo $n > %{buildroot}/usr/bin/$n; done; echo c > %{buildroot}/etc/c.conf\n"
        "%files\n/usr/bin/a\n/usr/bin/b\n/usr/bin/c\n%config /etc/c.conf\n"
    )

    def run(*words: str) -> str:
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout

    run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {tmp_path}", str(spec))
    (package,) = (tmp_path / "RPMS/noarch").glob("*.rpm")
    db = ("--root", str(root), "--dbpath", "/var/lib/rpm")
    root.mkdir()
    run("rpm", *db, "--initdb")
    run("rpm", *db, "-U", "--nodeps", "--noscripts", str(package))
    if not (root / "usr/bin/a").is_file():
        pytest.skip("rpm does not install into a root here")
    subprocess.run(["sqlite3", str(root / "var/lib/rpm/rpmdb.sqlite"), "PRAGMA journal_mode=delete"], check=False)
    (root / "etc/os-release").write_text("ID=rhel\nVERSION_ID=9.4\n")
    (root / "usr/bin/b").write_text("changed\n")
    (root / "etc/c.conf").write_text("changed\n")
    said = {line[13:] for line in run("rpm", *db, "-V", "tool").splitlines() if line[2:3] == "5" and line[11:12] != "c"}
    options = ScanOptions(cache_dir=tmp_path / "cache", scanners=frozenset({"integrity"}))
    assert set(changed(scan(f"dir:{root}", options))) == said == {"/usr/bin/b"}
