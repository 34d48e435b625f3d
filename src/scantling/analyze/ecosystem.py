"""Which advisories decide for a package: the database key of a distribution release or of a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scantling.db.names import ADVISED_SOFTWARE
from scantling.model.coverage import Gap
from scantling.model.facts import OsRelease
from scantling.model.package import OS_TYPES, Package

# purl type -> ecosystem key; a type that is not here is listed but has no feed
LANGUAGES = {
    name: name
    for name in (
        "pypi", "npm", "maven", "golang", "gem", "cargo", "composer", "nuget", "hex", "pub", "hackage", "swift", "cran",
        "julia", "bitnami",
    )
}  # fmt: skip

SOFTWARE = "generic"  # the type of what was compiled from source


def language_key(type_: str, name: str) -> str:
    """The database key for a package that no distribution decides for; "" where no feed speaks of it. Software compiled
    from source has one by name: silence about any other name would read as "nothing is known to be wrong"."""
    if type_ == SOFTWARE:
        return SOFTWARE if name in ADVISED_SOFTWARE else ""
    return LANGUAGES.get(type_, "")


_MAJOR_ONLY = {
    "debian": "debian", "rhel": "rhel", "centos": "centos", "rocky": "rocky", "almalinux": "almalinux", "ol": "ol",
    "fedora": "fedora",
}  # fmt: skip
_TWO_PARTS = {
    "alpine": "alpine",
    "ubuntu": "ubuntu",
    "azurelinux": "azurelinux",
    "mariner": "mariner",
    "photon": "photon",
    "openwrt": "openwrt",
}
_WHOLE = {"sles": "sles", "opensuse-leap": "opensuse-leap", "sl-micro": "sl-micro", "sle-micro": "sl-micro"}
# one stream of packages whatever the release is called
_ROLLING = {
    "wolfi": "wolfi", "chainguard": "chainguard", "minimos": "minimos", "secureos": "secureos", "echo": "echo",
    "arch": "arch", "archarm": "archarm", "opensuse-tumbleweed": "opensuse-tumbleweed", "bottlerocket": "bottlerocket",
    "gentoo": "gentoo",
}  # fmt: skip
# the first year of Amazon Linux 1's image names ("2018.03") and the preview of 2023 called 2022
_AMAZON = {"2022": "2023", "2023": "2023", "2": "2"}
# the package format that a distribution's advisories speak of; one that is not here is taken at its word
_FORMAT = {
    **dict.fromkeys(("debian", "ubuntu"), "deb"),
    **dict.fromkeys(("alpine", "wolfi", "chainguard"), "apk"),
    **dict.fromkeys(("rhel", "centos", "rocky", "almalinux", "ol", "fedora", "azurelinux", "mariner", "photon"), "rpm"),
    **dict.fromkeys(("amzn", "sles", "opensuse-leap", "opensuse-tumbleweed"), "rpm"),
}
_DEBIAN_UNSTABLE = frozenset({"sid", "unstable"})


def ecosystem_of(os: OsRelease | None) -> str:
    """The distribution's key ("debian:12", "alpine:3.20", "wolfi"); "" when it is not one with advisories known here.

    A derivative is not its parent: packages of an unknown ID are never matched by ID_LIKE, since its versions need
    not be the parent's.
    """
    if os is None or not os.id:
        return ""
    if os.id in _ROLLING:
        return _ROLLING[os.id]
    if os.id == "debian" and not os.version_id:
        # testing and unstable carry no VERSION_ID; unstable says "trixie/sid" in PRETTY_NAME, testing too
        return "debian:sid" if _unstable(os) else (f"debian:{os.codename}" if os.codename else "")
    if os.id == "alpine" and ("_alpha" in os.version_id or "edge" in os.version_id or "edge" in os.pretty_name):
        return "alpine:edge"
    parts = os.version_id.split(".")
    if not parts[0]:
        return ""
    if os.id in _MAJOR_ONLY:
        return f"{_MAJOR_ONLY[os.id]}:{parts[0]}"
    if os.id in _TWO_PARTS:
        return f"{_TWO_PARTS[os.id]}:{'.'.join(parts[:2])}"
    if os.id == "amzn":
        return f"amazon:{_AMAZON.get(parts[0], '1')}"
    if os.id in _WHOLE:
        return f"{_WHOLE[os.id]}:{os.version_id}"
    return ""


def judged_by(os: OsRelease | None, type_: str) -> str:
    """The ecosystem whose advisories decide for an OS package of ``type_``; "" when the named distribution has no such
    packages: an apk on Debian would be compared with advisories about Debian's own and always come out well."""
    if os is None or _FORMAT.get(os.id, type_) != type_:
        return ""
    return ecosystem_of(os)


def foreign_gaps(os: OsRelease | None, packages: Iterable[Package]) -> tuple[Gap, ...]:
    """Packages of a format that the distribution does not use."""
    if os is None or not ecosystem_of(os):
        return ()
    foreign = Counter(p.type for p in packages if p.type in OS_TYPES and not judged_by(os, p.type))
    named = f"{os.id} {os.version_id}".strip()
    return tuple(
        Gap("unknown-os", "etc/os-release", f"{count} {type_} packages, which are not {named}'s: they were not matched")
        for type_, count in sorted(foreign.items())
    )


def _unstable(os: OsRelease) -> bool:
    return os.codename in _DEBIAN_UNSTABLE or "/sid" in os.pretty_name


def os_gaps(os: OsRelease | None, has_os_packages: bool, has_files: bool) -> tuple[Gap, ...]:
    """What an absent or unknown distribution leaves unknown."""
    if os is None or not os.id:
        if has_os_packages:
            return (Gap("unknown-os", "etc/os-release", "OS packages, but no os-release: they were not matched"),)
        reason = "no os-release and no package database: nothing here is known to an OS vendor"
        return (Gap("no-os", "etc/os-release", reason, blocks=False),) if has_files else ()
    if not has_os_packages:
        named = os.pretty_name or os.id
        reason = f"{named}, but no package database: what the distribution installed is not known"
        return (Gap("no-package-database", "etc/os-release", reason),)
    if not ecosystem_of(os):
        named = f"{os.id} {os.version_id}".strip()
        return (Gap("unknown-os", "etc/os-release", f"{named}: no advisories are known for this distribution"),)
    return ()
