"""The command that upgrades one package, as a Dockerfile's RUN or a shell takes it."""

from __future__ import annotations

import shlex

from scantling.model.finding import Finding
from scantling.model.report import ReportPackage

# {name} and {version} are quoted for the shell; systems upgrade to what they offer, languages to the fixed version
_SYSTEMS = {
    "deb": "apt-get update && apt-get install -y --only-upgrade {name}",
    "apk": "apk add --no-cache --upgrade {name}",
    "rpm": "dnf upgrade -y {name}",
    "alpm": "pacman -Syu --noconfirm {name}",
}
_LANGUAGES = {
    "pypi": "pip install {at_least}",
    "npm": "npm install {at}",
    "gem": "gem install {name} --version {at_least_version}",
    "golang": "go get {at_v}",
    "cargo": "cargo update --package {name} --precise {version}",
    "composer": "composer require {colon}",
    "nuget": "dotnet add package {name} --version {version}",
}


def upgrade_command(finding: Finding, package: ReportPackage | None) -> str:
    """The command, "" where nothing fixes it, no program is known for the type, or the package is the distribution's:
    then the OS package that brought it is to be upgraded."""
    if package is None or not finding.fixed_versions or finding.status == "not_affected":
        return ""
    name, version = package.name, finding.fixed_versions[-1]
    if package.type in _SYSTEMS:
        return _SYSTEMS[package.type].format(name=shlex.quote(name))
    if package.os_owned or package.type not in _LANGUAGES:
        return ""
    return _LANGUAGES[package.type].format(
        name=shlex.quote(name),
        version=shlex.quote(version),
        at_least=shlex.quote(f"{name}>={version}"),
        at_least_version=shlex.quote(f">= {version}"),
        at=shlex.quote(f"{name}@{version}"),
        at_v=shlex.quote(f"{name}@v{version.removeprefix('v')}"),
        colon=shlex.quote(f"{name}:^{version}"),
    )
