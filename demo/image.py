"""Builds the demo image: an OCI layout of five small layers, in code, with nothing fetched from anywhere.

It looks like what a Dockerfile would leave: a Debian base, a Python and a Node application, a Java archive, and a
last RUN that removes one package again. The package records are made up for the demo; the programs are not there.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path

_OS_RELEASE = """\
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
"""

# (package, version, source with its version where they differ, architecture)
_DEBS = (
    ("base-files", "12.4+deb12u1", "", "amd64"),
    ("curl", "7.88.1-10+deb12u1", "", "amd64"),
    ("libcurl4", "7.88.1-10+deb12u1", "curl", "amd64"),
    ("libc6", "2.36-9+deb12u1", "glibc", "amd64"),
    ("libssl3", "3.0.9-1", "openssl", "amd64"),
    ("openssl", "3.0.9-1", "", "amd64"),
    ("zlib1g", "1:1.2.13.dfsg-1", "zlib", "amd64"),
    ("tzdata", "2023c-5", "", "all"),
)
_PYTHON = (("Django", "3.2"), ("Jinja2", "2.10"), ("requests", "2.19.0"), ("urllib3", "1.23"), ("idna", "2.7"))
_NODE = (("lodash", "4.17.4"), ("minimist", "0.0.8"), ("express", "4.16.0"))
_DOCKERFILE = (
    "/bin/sh -c #(nop) ADD file:debian-12 in / ",
    "RUN /bin/sh -c apt-get install -y curl openssl # buildkit",
    "RUN /bin/sh -c pip install -r requirements.txt # buildkit",
    "COPY node_modules target/shop.jar /srv/app/ # buildkit",
    "RUN /bin/sh -c pip uninstall -y idna # buildkit",
)


def build(directory: Path) -> Path:
    """Write the layout into ``directory`` and return it. The same call gives the same digests every time."""
    layers = [
        _tar({"etc/os-release": _OS_RELEASE, "var/lib/dpkg/status": _status(_DEBS[:1])}),
        _tar({"var/lib/dpkg/status": _status(_DEBS)}),
        _tar({f"{_site(name, version)}/METADATA": _metadata(name, version) for name, version in _PYTHON}),
        _tar(
            {
                **{f"srv/app/node_modules/{n}/package.json": json.dumps({"name": n, "version": v}) for n, v in _NODE},
                "srv/app/shop.jar": _jar(),
            }
        ),
        _tar({_site("idna", "2.7").replace("/idna", "/.wh.idna"): ""}),
    ]
    blobs = directory / "blobs" / "sha256"
    blobs.mkdir(parents=True, exist_ok=True)

    def store(data: bytes) -> dict[str, object]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"digest": f"sha256:{digest}", "size": len(data)}

    config = {
        "architecture": "amd64",
        "os": "linux",
        "created": "2023-07-01T00:00:00Z",
        "config": {"Cmd": ["python3", "-m", "shop"], "Env": ["PATH=/usr/bin"], "ExposedPorts": {"8000/tcp": {}}},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(tar).hexdigest()}" for tar in layers]},
        "history": [{"created": "2023-07-01T00:00:00Z", "created_by": line} for line in _DOCKERFILE],
    }
    oci = "application/vnd.oci.image"
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{oci}.manifest.v1+json",
        "config": {"mediaType": f"{oci}.config.v1+json", **store(_json(config))},
        "layers": [{"mediaType": f"{oci}.layer.v1.tar+gzip", **store(gzip.compress(tar, mtime=0))} for tar in layers],
    }
    entry = {
        "mediaType": f"{oci}.manifest.v1+json",
        **store(_json(manifest)),
        "platform": {"architecture": "amd64", "os": "linux"},
        "annotations": {"org.opencontainers.image.ref.name": "latest"},
    }
    (directory / "index.json").write_bytes(_json({"schemaVersion": 2, "manifests": [entry]}))
    (directory / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))
    return directory


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def _site(name: str, version: str) -> str:
    return f"usr/local/lib/python3.11/site-packages/{name.replace('-', '_')}-{version}.dist-info"


def _metadata(name: str, version: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nA record for the demo.\n"


def _status(packages: tuple[tuple[str, str, str, str], ...]) -> str:
    stanzas = []
    for name, version, source, architecture in packages:
        lines = [f"Package: {name}", "Status: install ok installed", f"Architecture: {architecture}"]
        lines += [f"Source: {source}"] if source else []
        lines += [f"Version: {version}", "Maintainer: Debian <debian@lists.debian.org>", f"Description: {name}"]
        stanzas.append("\n".join(lines) + "\n")
    return "\n".join(stanzas) + "\n"


def _jar() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as jar:
        properties = "groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n"
        path = "META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties"
        jar.writestr(zipfile.ZipInfo(path, (2023, 7, 1, 0, 0, 0)), properties)
    return out.getvalue()


def _tar(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, content in sorted(files.items()):
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(path)
            member.size, member.mtime, member.mode = len(data), 1688169600, 0o644
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()
