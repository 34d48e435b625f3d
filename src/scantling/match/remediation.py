"""What to do about a vulnerable package, in one sentence."""

from __future__ import annotations

from scantling.model.advisory import Advisory
from scantling.model.package import Package

_NOT_FIXED = {
    "affected": "No fixed version of {name} is known yet: remove it if the image does not need it",
    "under_investigation": "{feed} is still looking into this: watch for its answer, or remove {name}",
    "fix_deferred": "{feed} has put the fix of {name} off: remove it, or move to a release that has the fix",
    "will_not_fix": "{feed} will not fix this in {name}: remove it, or move to a release that has the fix",
    "end_of_life": "{feed} no longer maintains {name} here: move to a supported release",
}


def remediation(package: Package, status: str, fixed: tuple[str, ...], advisory: Advisory) -> str:
    """One sentence without a full stop; the feed's own reason follows in brackets where it gives one."""
    if status == "unverified":
        above = f" (fixed in {' or '.join(fixed)})" if fixed else ""
        version = package.version or "without a version"
        return f"Check {package.name} {version} by hand: it could not be compared with the advisory{above}"
    if fixed and status == "fixed":
        return f"Upgrade {package.name} to {fixed[-1]}"  # the newest is past every range that holds the version
    sentence = _NOT_FIXED[status].format(name=package.name, feed=advisory.feed)
    return f"{sentence} ({advisory.note})" if advisory.note else sentence


def removal(package: Package, fixed: tuple[str, ...]) -> str:
    """What to do about a package that is known to be malicious: one sentence without a full stop. What its code could
    read is known to others, so removing it is not all."""
    honest = f" ({fixed[-1]} is not)" if fixed else ""
    what = f"{package.name} {package.version}".strip()
    return f"Remove {what}, known to be malicious{honest}, and revoke every secret that it or the build could read"
