"""Bills of materials written in code: the same three packages in each format, as Syft and Trivy write them."""

from __future__ import annotations

import json
from typing import Any

PURLS = (
    "pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12&upstream=openssl",
    "pkg:npm/%40babel/core@7.20.0",
    "pkg:golang/github.com/masterminds/semver@v1.5.0",
)
NAMES = ("libssl3", "@babel/core", "github.com/Masterminds/semver")


def encode(value: Any) -> bytes:
    return json.dumps(value).encode()


def cyclonedx(*components: dict[str, Any], version: str = "1.6", **more: Any) -> bytes:
    return encode({"bomFormat": "CycloneDX", "specVersion": version, "components": list(components), **more})


def component(purl: str = "", name: str = "a", version: str = "", **more: Any) -> dict[str, Any]:
    fields = {"type": "library", "name": name, "version": version, "purl": purl, **more}
    return {key: value for key, value in fields.items() if value != ""}


def spdx(*packages: dict[str, Any], version: str = "SPDX-2.3", **more: Any) -> bytes:
    return encode({"spdxVersion": version, "name": "shop/api:1", "packages": list(packages), **more})


def spdx_package(purl: str = "", name: str = "a", version: str = "", **more: Any) -> dict[str, Any]:
    reference = {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}
    return {"name": name, "versionInfo": version, "externalRefs": [reference] if purl else [], **more}


def syft(*artifacts: dict[str, Any], version: str = "16.0.21", **more: Any) -> bytes:
    return encode({"artifacts": list(artifacts), "schema": {"version": version}, **more})


def tag_value(*packages: tuple[str, str, str]) -> bytes:
    lines = [
        "SPDXVersion: SPDX-2.3",
        "DocumentName: shop/api:1",
        "DocumentComment: <text>two",
        "PackageName: no</text>",
    ]
    for name, version, purl in packages:
        lines += ["", f"##### Package: {name}", f"PackageName: {name}", f"PackageVersion: {version}"]
        if purl:
            lines.append(f"ExternalRef: PACKAGE-MANAGER purl {purl}")
    return "\n".join(lines).encode()
