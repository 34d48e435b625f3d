"""Runtimes, servers and frameworks past their support, as findings of kind ``eol``, one for each package.

Only what an image brings on its own account: what a distribution packages it also supports, whatever upstream does. The
cycles and dates are endoflife.date's; the table below says which of its products a package is, where that is certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from string import ascii_lowercase
from typing import Protocol

from scantling.model.advisory import EolCycle
from scantling.model.finding import Finding, MatchEvidence
from scantling.model.fingerprint import fingerprint
from scantling.model.package import OS_TYPES, Package

# (purl type, name) -> (endoflife.date product, name for people); names as the ecosystem spells them
_PRODUCTS: dict[tuple[str, str], tuple[str, str]] = {
    **{
        ("generic", name): (product, shown)
        for name, product, shown in (
            ("python", "python", "Python"), ("node", "nodejs", "Node.js"), ("ruby", "ruby", "Ruby"),
            ("php", "php", "PHP"), ("perl", "perl", "Perl"), ("openssl", "openssl", "OpenSSL"),
            ("nginx", "nginx", "nginx"), ("httpd", "apache-http-server", "Apache HTTP Server"),
            ("redis", "redis", "Redis"), ("haproxy", "haproxy", "HAProxy"),
            ("postgresql", "postgresql", "PostgreSQL"), ("mariadb", "mariadb", "MariaDB"), ("go", "go", "Go"),
            ("erlang", "erlang", "Erlang/OTP"), ("temurin", "eclipse-temurin", "Eclipse Temurin"),
            ("corretto", "amazon-corretto", "Amazon Corretto"),
            ("microsoft-openjdk", "microsoft-build-of-openjdk", "Microsoft Build of OpenJDK"),
        )
    },
    ("golang", "stdlib"): ("go", "Go"),
    ("pypi", "django"): ("django", "Django"),
    ("npm", "express"): ("express", "Express"), ("npm", "react"): ("react", "React"), ("npm", "vue"): ("vue", "Vue"),
    ("npm", "next"): ("nextjs", "Next.js"), ("npm", "@angular/core"): ("angular", "Angular"),
    ("maven", "org.springframework.boot:spring-boot"): ("spring-boot", "Spring Boot"),
    ("maven", "org.springframework:spring-core"): ("spring-framework", "Spring Framework"),
    ("maven", "org.apache.tomcat:tomcat-catalina"): ("tomcat", "Apache Tomcat"),
    ("maven", "org.apache.tomcat.embed:tomcat-embed-core"): ("tomcat", "Apache Tomcat"),
    ("maven", "org.elasticsearch:elasticsearch"): ("elasticsearch", "Elasticsearch"),
    ("composer", "laravel/framework"): ("laravel", "Laravel"),
    ("composer", "symfony/symfony"): ("symfony", "Symfony"),
    ("composer", "symfony/http-kernel"): ("symfony", "Symfony"),
    ("composer", "drupal/core"): ("drupal", "Drupal"),
    ("gem", "rails"): ("rails", "Ruby on Rails"),
    ("nuget", "Microsoft.NETCore.App"): ("dotnet", ".NET"),
    ("nuget", "Microsoft.AspNetCore.App"): ("dotnet", ".NET"),
    ("wordpress", "wordpress"): ("wordpress", "WordPress"),
}  # fmt: skip
_RUNTIME_PACK = ("Microsoft.NETCore.App.Runtime.", "Microsoft.AspNetCore.App.Runtime.")
_PARTS = 3


class EolLookup(Protocol):
    """The part of ``db.open.Database`` that is needed."""

    def eol(self, product: str) -> tuple[EolCycle, ...]: ...


@dataclass(frozen=True, slots=True)
class _Ended:
    cycle: EolCycle
    shown: str
    newest: str  # the newest cycle that is supported, "" when none is


def software_eol(packages: Iterable[Package], database: EolLookup, repository: str, now: datetime) -> Iterator[Finding]:
    """A finding for each of ``packages`` whose cycle got its last security fix before the day of ``now``."""
    today = now.date().isoformat()
    for package in packages:
        if package.type in OS_TYPES or package.os_owned or package.is_dev:
            continue
        if (product := _product(package)) is not None and (ended := _ended(product, package, database, today)):
            yield _finding(package, ended, repository)


def _product(package: Package) -> tuple[str, str] | None:
    name = package.name
    if package.type == "nuget" and name.startswith(_RUNTIME_PACK):
        return "dotnet", ".NET"
    return _PRODUCTS.get((package.type, name.lower() if package.type == "pypi" else name))


def _ended(product: tuple[str, str], package: Package, database: EolLookup, today: str) -> _Ended | None:
    cycles = database.eol(product[0])
    version = _java_major(package) or package.version.lstrip("v")
    parts = version.replace("-", ".").replace("+", ".").replace("_", ".").split(".")
    by_name = {cycle.cycle: cycle for cycle in cycles}
    for count in range(_PARTS, 0, -1):
        cycle = by_name.get(".".join(parts[:count]).rstrip(ascii_lowercase))  # OpenSSL's "1.1.1w" is of cycle 1.1.1
        if cycle is not None:
            if not _is_over(cycle, today):
                return None
            # endoflife.date lists the newest cycle first
            newest = next((one.cycle for one in cycles if not _is_over(one, today) and _is_release(one)), "")
            return _Ended(cycle, product[1], newest)
    return None


def _is_over(cycle: EolCycle, today: str) -> bool:
    return today > cycle.eol if cycle.eol else cycle.is_eol is True


def _is_release(cycle: EolCycle) -> bool:
    return bool(cycle.latest) or not cycle.codename


def _java_major(package: Package) -> str:
    """ "8" of "1.8.0_392": Java's versions were written so until 9."""
    version = package.version
    return version.split(".")[1] if package.type == "generic" and version.startswith("1.") and "_" in version else ""


def _finding(package: Package, ended: _Ended, repository: str) -> Finding:
    cycle = ended.cycle
    identity = f"EOL-{cycle.product}-{cycle.cycle}"
    since = f" on {cycle.eol}" if cycle.eol else ""
    return Finding(
        fingerprint=fingerprint(identity, package.purl, repository, package.from_base),
        kind="eol",
        id=identity,
        title=f"Security support of {ended.shown} {cycle.cycle} ended{since}",
        severity="MEDIUM",
        severity_source="endoflife.date",
        package=package.purl,
        installed_version=package.version,
        status="end_of_life",
        path=package.location.path,
        diff_id=package.location.diff_id,
        from_base=package.from_base,
        remediation=f"Move to {ended.shown} {ended.newest} or another supported release"
        if ended.newest
        else f"Move away from {ended.shown} {cycle.cycle}: no release of it is supported",
        references=(f"https://endoflife.date/{cycle.product}",),
        match=MatchEvidence("endoflife.date", f"support ended{since}" if since else "support ended"),
    )
