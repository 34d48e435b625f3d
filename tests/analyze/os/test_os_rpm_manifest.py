"""The package list of Azure Linux' distroless images."""

from __future__ import annotations

from scantling.analyze.os.rpm import manifest
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts, PackageFact

PATH = "var/lib/rpmmanifest/container-manifest-2"
LIST = (
    "filesystem\t1.1-20.azl3\t1700000000\t1690000000\tMicrosoft Corporation\t(none)\t0\tx86_64\t0\t"
    "filesystem-1.1-20.azl3.src.rpm\n"
    "openssl-libs\t3.3.0-1.azl3\t1700000000\t1690000000\tMicrosoft Corporation\t1\t0\tx86_64\t1\t"
    "openssl-3.3.0-1.azl3.src.rpm\n"
)


def read(text: str) -> tuple[tuple[PackageFact, ...], list[Gap]]:
    first, *gaps = list(manifest.extract(FileView(PATH, text.encode())))
    assert isinstance(first, FileFacts)
    return first.packages, [gap for gap in gaps if isinstance(gap, Gap)]


def test_two_packages() -> None:
    packages, gaps = read(LIST)
    assert [(p.name, p.version, p.arch, p.source_name, p.source_version) for p in packages] == [
        ("filesystem", "1.1-20.azl3", "x86_64", "filesystem", "1.1-20.azl3"),
        ("openssl-libs", "1:3.3.0-1.azl3", "x86_64", "openssl", "3.3.0-1.azl3"),
    ]
    assert gaps == []


def test_a_line_of_another_form_is_told_and_the_others_kept() -> None:
    packages, gaps = read("what\tever\n" + LIST + "bash\t5.2-1.azl3\t17000")
    assert len(packages) == 2
    assert [gap.reason for gap in gaps] == ["line 1: 2 fields, not 10", "line 4: 3 fields, not 10"]


def test_an_empty_list_is_a_gap() -> None:
    assert read("")[1]
