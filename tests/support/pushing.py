"""Pushing to the registry of ``crooked_registry``, as the distribution-spec 1.1 describes it: a rule to be added.

With ``has_api`` it keeps the list of referrers ("Listing Referrers"); without, it is a registry of before 1.1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from support.crooked_registry import CrookedRegistry, Reply, Request, digest

INDEX = "application/vnd.oci.image.index.v1+json"


@dataclass
class Pushing:
    """``page`` is how many referrers one answer lists."""

    registry: CrookedRegistry
    has_api: bool = True
    page: int = 100
    referrers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Reply | None:
        parts = request.path.removeprefix("/v2/").rsplit("/", 2)
        if request.method == "HEAD" and parts[-2] == "blobs":
            return Reply(200 if parts[-1] in self.registry.blobs else 404)
        if request.method == "POST" and request.path.endswith("/blobs/uploads/"):
            return Reply(202, headers={"Location": f"{request.path}1?state=x"})
        if request.method == "PUT" and "/blobs/uploads/" in request.path:
            named = unquote(request.query.rpartition("digest=")[2])
            if named != digest(request.body):
                return Reply(400)
            self.registry.blobs[named] = request.body
            return Reply(201)
        if request.method == "PUT" and parts[-2] == "manifests":
            return self._manifest(parts[0], parts[-1], request)
        if request.method == "GET" and parts[-2] == "referrers" and self.has_api:
            return self._list(parts[-1], request)
        return None

    def _manifest(self, repository: str, name: str, request: Request) -> Reply:
        value = json.loads(request.body)
        kind = request.headers["content-type"]
        absent = [one["digest"] for one in value.get("layers", ()) if one["digest"] not in self.registry.blobs]
        if absent:
            return Reply(400)  # the specification lets a registry refuse what names blobs that are not there
        itself = self.registry.add_manifest(repository, name if ":" not in name else "", request.body, kind)
        headers = {"Docker-Content-Digest": itself}
        subject = value.get("subject")
        if subject and self.has_api:
            entry = {
                "mediaType": kind, "digest": itself, "size": len(request.body),
                "artifactType": value.get("artifactType", ""), "annotations": value.get("annotations", {}),
            }  # fmt: skip
            listed = self.referrers.setdefault(subject["digest"], [])
            listed[:] = [*(one for one in listed if one["digest"] != itself), entry]
            headers["OCI-Subject"] = subject["digest"]
        return Reply(201, headers=headers)

    def _list(self, wanted: str, request: Request) -> Reply:
        start = int(request.query.removeprefix("from=") or 0)
        listed = self.referrers.get(unquote(wanted), [])
        body = json.dumps(
            {"schemaVersion": 2, "mediaType": INDEX, "manifests": listed[start : start + self.page]}
        ).encode()
        headers = {"Content-Type": INDEX}
        if start + self.page < len(listed):
            headers["Link"] = f'<{request.path}?from={start + self.page}>; rel="next"'
        return Reply(200, body, headers)
