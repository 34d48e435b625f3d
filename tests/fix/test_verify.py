"""Trying a plan out puts the planned versions into the inventory, raises what has findings of its own, and takes
nothing for done that a person has to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scantling.fix.change import BY_HAND, HEALTHCHECK, LANGUAGE, SYSTEM, USER, Change
from scantling.fix.mended import mended
from scantling.fix.verify import Check, changed, refined
from scantling.model.finding import Finding
from scantling.model.image import ImageConfig, ImageInfo
from scantling.model.package import Inventory, Package, Source
from scantling.model.report import Report
from scantling.pipeline.scan import Inspected
from support.sample_report import finding, package, report

SSL = Package("pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12", "libssl3", "3.0.11-1", "deb", "debian:12",
              source=Source("openssl", "3.0.11-1"))  # fmt: skip
DJANGO = Package("pkg:pypi/django@3.2", "Django", "3.2", "pypi", "pypi")
GREP = Package("pkg:npm/%40left/pad@1.0.0", "@left/pad", "1.0.0", "npm", "npm")
TO_SSL = Change(kind=SYSTEM, name="openssl", type="deb", installed="3.0.11-1", version="3.0.13-1", tool="apt-get",
                names=("libssl3=3.0.13-1",), packages=(SSL.purl,))  # fmt: skip
TO_DJANGO = Change(kind=LANGUAGE, name="Django", type="pypi", installed="3.2", version="4.2.16",
                   packages=(DJANGO.purl,), command="pip install 'Django>=4.2.16'")  # fmt: skip


def test_versions_change_in_name_source_and_package_url_and_nothing_else_does() -> None:
    found = mended(Inventory(None, (SSL, GREP, DJANGO)), [TO_SSL, TO_DJANGO])
    assert [one.purl for one in found.packages] == [
        "pkg:deb/debian/libssl3@3.0.13-1?arch=amd64&distro=debian-12", "pkg:npm/%40left/pad@1.0.0",
        "pkg:pypi/django@4.2.16",
    ]  # fmt: skip
    assert found.packages[0].source == Source("openssl", "3.0.13-1")


def test_what_is_done_by_hand_is_not_taken_for_done() -> None:
    secret = Finding(fingerprint="s", kind="secret", id="token")
    root = Finding(fingerprint="r", kind="misconfig", id="SCN-IMG-001")
    inspected = Inspected(_info(), Inventory(None, ()), (secret, root))
    found = changed(inspected, [
        Change(kind=BY_HAND, name="a", clears=("s",)),
        Change(kind=USER, name="USER", version="65532:65532", clears=("r",)),
        Change(kind=HEALTHCHECK, name="HEALTHCHECK", version="HEALTHCHECK CMD nc -z 127.0.0.1 80"),
    ])  # fmt: skip
    assert found.findings == (secret,)
    assert found.info.config.user == "65532:65532"
    assert found.info.config.healthcheck == ("CMD-SHELL", "nc -z 127.0.0.1 80")


def _info() -> ImageInfo:
    return ImageInfo(reference="shop", kind="oci", config=ImageConfig())


def of_versions(known: dict[str, tuple[str, str]]) -> tuple[list[Sequence[Change]], Check]:
    asked: list[Sequence[Change]] = []

    def check(changes: Sequence[Change]) -> Report:
        asked.append(changes)
        version = next(change.version for change in changes if change.name == "Django")
        django = package("pypi", "django", version)
        found = (finding(known[version][0], django, fixed=known[version][1]),) if version in known else ()
        return report(packages=(django,), findings=found)

    return asked, check


def test_a_version_with_findings_of_its_own_is_raised_until_none_has_a_fix() -> None:
    asked, check = of_versions({"4.2.16": ("CVE-1", "4.2.20"), "4.2.20": ("CVE-2", "5.0.1")})
    (found,), last = refined([TO_DJANGO], check)
    assert (found.version, found.command) == ("5.0.1", "pip install 'Django>=5.0.1'")
    assert (len(asked), last.findings) == (3, ())
    assert found.notes[0] == "4.2.16 fixes what is known of 3.2, and has findings of its own"


def test_pins_of_the_distribution_are_raised_too() -> None:
    def check(changes: Sequence[Change]) -> Report:
        (change,) = changes
        ssl = replace(package("deb", "libssl3", change.version),
                      purl=f"pkg:deb/debian/libssl3@{change.version}?arch=amd64&distro=debian-12")  # fmt: skip
        new = (finding("CVE-9", ssl, fixed="3.0.14-1"),) if change.version == "3.0.13-1" else ()
        return report(packages=(ssl,), findings=new)

    (found,), _ = refined([TO_SSL], check)
    assert found.names == ("libssl3=3.0.14-1",)
    assert "libssl3=3.0.14-1" in found.command


def test_versions_that_always_have_another_finding_come_to_an_end() -> None:
    def check(changes: Sequence[Change]) -> Report:
        version = changes[0].version
        django = package("pypi", "django", version)
        return report(packages=(django,), findings=(finding("CVE-1", django, fixed=f"{version}.1"),))

    (found,), last = refined([TO_DJANGO], check)
    assert found.version == "4.2.16.1.1.1.1"
    assert len(last.findings) == 1
