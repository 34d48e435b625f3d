"""A real Debian image with real PyPI and npm packages on top, built without Docker from the registries' packages.

    layer 1   Debian's root file system (main archive only, no security updates), by mmdebstrap
    layer 2   /opt/venv: old releases installed by pip
    layer 3   /srv/app: old releases installed by npm
    layer 4   what a Dockerfile's last RUN would leave: one deb purged, one PyPI and one npm package removed,
              written by umoci as whiteouts

The oracles (dpkg-query, pip list, npm ls) are asked of the unpacked result and kept beside the image. Needs Debian,
root, the tools named in ``TOOLS`` and the package registries; ``missing()`` says what is not here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("mmdebstrap", "umoci", "skopeo", "npm", "dpkg-query", "tar", "chroot")
SUITES = ("bullseye", "bookworm")

# all of them are wheels that any Python 3 can install; most have known vulnerabilities
PYPI = (
    "django==3.2", "requests==2.19.0", "urllib3==1.23", "jinja2==2.10", "flask==0.12.2", "werkzeug==0.14.1",
    "idna==2.7", "chardet==3.0.4", "certifi==2018.4.16", "click==6.7", "paramiko==2.4.0", "pyjwt==1.5.0",
    "sqlparse==0.2.4", "bleach==2.1.2", "html5lib==1.0.1", "webencodings==0.5.1", "six==1.11.0", "pygments==2.2.0",
    "babel==2.5.3", "pytz==2018.4", "asgiref==3.3.4", "rsa==4.0", "pyasn1==0.4.2", "oauthlib==2.0.7",
    "sqlalchemy-utils==0.38.2", "wtforms==2.3.1", "httplib2==0.18.0", "pip==20.0.2", "setuptools==40.0.0",
)  # fmt: skip
PYPI_REMOVED = "oauthlib"
NPM = (
    "express@4.16.0", "lodash@4.17.4", "minimist@0.0.8", "handlebars@4.0.11", "axios@0.18.0", "moment@2.19.1",
    "jquery@3.3.1", "marked@0.3.6", "serialize-javascript@1.4.0", "qs@6.5.1", "node-fetch@2.6.0", "ws@3.3.2",
    "async@2.6.0", "@babel/parser@7.20.0",
)  # fmt: skip
NPM_REMOVED = "jquery"
DEB_REMOVED = "tzdata"


@dataclass(frozen=True)
class RealImage:
    """``layout`` is an OCI layout with tag ``latest``; the sets hold (name, version) as each tool itself reports."""

    layout: Path
    suite: str
    debs: frozenset[tuple[str, str]]
    sources: dict[str, tuple[str, str]]
    pypi: frozenset[tuple[str, str]]
    npm: frozenset[tuple[str, str]]
    removed: frozenset[str]


def missing() -> str:
    """Why the image cannot be built here, "" when it can."""
    if os.geteuid() != 0:
        return "building a root file system needs root"
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (make test installs them on Debian as root)"
    return "" if archive_uri() else "the system's apt sources name no Debian archive"


def archive_uri() -> str:
    """The Debian archive of the system's own apt sources."""
    for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        for stanza in path.read_text().split("\n\n"):
            fields = dict(
                line.split(":", 1) for line in stanza.splitlines() if ":" in line and not line.startswith(("#", " "))
            )
            uri = fields.get("URIs", "").split()
            if uri and uri[0].rstrip("/").endswith("/debian") and "main" in fields.get("Components", ""):
                return uri[0]
    for path in (Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.list"))):
        if path.is_file():
            for line in path.read_text().splitlines():
                words = [word for word in line.split() if not word.startswith("[") and not word.endswith("]")]
                if len(words) > 3 and words[0] == "deb" and words[1].rstrip("/").endswith("/debian"):
                    return words[1]
    return ""


def build(directory: Path) -> RealImage:
    """Build it under ``directory`` (about a minute); a finished one found there is used again."""
    done = directory / "oracle.json"
    if not done.is_file():
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        oracle = _build(directory)
        done.write_text(json.dumps(oracle))
    oracle = json.loads(done.read_text())
    return RealImage(
        layout=directory / "layout",
        suite=oracle["suite"],
        debs=frozenset((name, version) for name, version in oracle["debs"]),
        sources={name: (source, version) for name, source, version in oracle["sources"]},
        pypi=frozenset((name, version) for name, version in oracle["pypi"]),
        npm=frozenset((name, version) for name, version in oracle["npm"]),
        removed=frozenset((DEB_REMOVED, PYPI_REMOVED, NPM_REMOVED)),
    )


def _build(directory: Path) -> dict[str, object]:
    base = directory / "base.tar"
    suite = _bootstrap(base)
    _pip_layer(directory)
    _npm_layer(directory)
    layout = directory / "layout"
    image = f"{layout}:latest"
    _run("umoci", "init", "--layout", str(layout))
    _run("umoci", "new", "--image", image)
    for tar, created_by in (
        (base, f"/bin/sh -c #(nop) ADD file:{suite} in / "),
        (directory / "pip.tar", "RUN /bin/sh -c pip install -r requirements.txt # buildkit"),
        (directory / "npm.tar", "RUN /bin/sh -c npm ci # buildkit"),
    ):
        _run("umoci", "raw", "add-layer", "--history.created_by", created_by, "--image", image, str(tar))
    _run("umoci", "config", "--image", image, "--config.user", "1000:1000", "--config.cmd", "/bin/bash",
         "--config.env", "APP_MODE=demo", "--config.exposedports", "8080/tcp")  # fmt: skip
    bundle = directory / "bundle"
    _run("umoci", "unpack", "--image", image, str(bundle))
    root = bundle / "rootfs"
    _run("chroot", str(root), "dpkg", "--purge", "--force-depends", DEB_REMOVED)
    for path in (root / "opt/venv").rglob(f"{PYPI_REMOVED}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
    shutil.rmtree(root / "srv/app/node_modules" / NPM_REMOVED)
    _run("umoci", "repack", "--history.created_by", "RUN /bin/sh -c dpkg --purge && pip uninstall # buildkit",
         "--image", image, str(bundle))  # fmt: skip
    oracle = {"suite": suite, **_ask(root)}
    shutil.rmtree(bundle)
    for name in ("base.tar", "pip.tar", "npm.tar"):
        (directory / name).unlink()
    return oracle


def _bootstrap(tar: Path) -> str:
    uri = archive_uri()
    for suite in SUITES:
        outcome = subprocess.run(
            ["mmdebstrap", "--mode=root", "--variant=apt", "--aptopt=Acquire::Check-Valid-Until \"false\"",
             suite, str(tar), f"deb {uri} {suite} main"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if outcome.returncode == 0:
            return suite
    raise RuntimeError(f"mmdebstrap failed:\n{outcome.stderr[-2000:]}")


def _pip_layer(directory: Path) -> None:
    site = directory / "pip-root/opt/venv/lib/python3.11/site-packages"
    site.mkdir(parents=True)
    _run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-compile",
         "--ignore-requires-python", "--target", str(site), *PYPI)  # fmt: skip
    _pack(directory / "pip-root", directory / "pip.tar")


def _npm_layer(directory: Path) -> None:
    app = directory / "npm-root/srv/app"
    app.mkdir(parents=True)
    (app / "package.json").write_text(json.dumps({"name": "app", "version": "1.0.0", "private": True}))
    _run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *NPM, cwd=app)
    _pack(directory / "npm-root", directory / "npm.tar")


def _pack(root: Path, tar: Path) -> None:
    _run("tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-C", str(root), "-cf", str(tar), ".")
    shutil.rmtree(root)


def _ask(root: Path) -> dict[str, object]:
    """What the ecosystems' own tools say of the finished tree."""
    fields = "${db:Status-Status}\t${Package}\t${Version}\t${source:Package}\t${source:Version}\n"
    lines = _run("dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", fields).splitlines()
    rows = [line.split("\t") for line in lines]
    installed = [row[1:] for row in rows if row[0] == "installed"]
    site = root / "opt/venv/lib/python3.11/site-packages"
    pypi = json.loads(_run(sys.executable, "-m", "pip", "list", "--format=json", "--path", str(site)))
    tree = subprocess.run(
        ["npm", "ls", "--all", "--json"], cwd=root / "srv/app", capture_output=True, text=True, check=False
    )  # a removed dependency makes npm ls exit 1 and report it as missing
    npm: set[tuple[str, str]] = set()
    _collect(json.loads(tree.stdout), npm)
    return {
        "debs": [[name, version] for name, version, _, _ in installed],
        "sources": [[name, source, version] for name, _, source, version in installed],
        "pypi": sorted([entry["name"], entry["version"]] for entry in pypi),
        "npm": sorted(map(list, npm)),
    }


def _collect(node: dict[str, object], found: set[tuple[str, str]]) -> None:
    dependencies = node.get("dependencies", {})
    assert isinstance(dependencies, dict)
    for name, child in dependencies.items():
        if "version" in child and not child.get("missing"):
            found.add((name, child["version"]))
        _collect(child, found)


def _run(*command: str, cwd: Path | None = None) -> str:
    outcome = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if outcome.returncode != 0:
        raise RuntimeError(f"{' '.join(command)[:300]} exited with {outcome.returncode}:\n{outcome.stderr[-2000:]}")
    return outcome.stdout
