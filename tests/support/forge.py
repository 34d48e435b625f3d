"""GitHub's and GitLab's APIs on loopback, as far as they are used: every request is held to what their public
documentation says of it (docs.github.com/rest 2022-11-28, docs.gitlab.com/api), before anything is answered."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from jsonschema import Draft202012Validator

from support.crooked_registry import CrookedRegistry, Reply, Request

TOKEN = "ghs_CANARYcanaryCANARYcanary0123456789"
SHA = "ab" * 20


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


_SHA = {"type": "string", "pattern": "^[0-9a-f]{40}$"}
_ANNOTATION = _object(
    ["path", "start_line", "end_line", "annotation_level", "message"],
    path={"type": "string", "pattern": "^[^/]"},
    start_line={"type": "integer", "minimum": 1},
    end_line={"type": "integer", "minimum": 1},
    annotation_level={"enum": ["notice", "warning", "failure"]},
    message=_text(65_536),
    title=_text(255),
    raw_details=_text(65_536),
)
_OUTPUT = _object(
    ["title", "summary"],
    title=_text(255),
    summary=_text(65_535),
    text=_text(65_535),
    annotations={"type": "array", "maxItems": 50, "items": _ANNOTATION},
)
_CONCLUSION = {"enum": ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"]}
_CHECK = _object(
    ["name", "head_sha"],
    name=_text(255),
    head_sha=_SHA,
    status={"enum": ["queued", "in_progress", "completed"]},
    conclusion=_CONCLUSION,
    details_url=_text(2_000),
    output=_OUTPUT,
)
_PAGES = {"per_page": re.compile("[1-9][0-9]?|100"), "page": re.compile("[1-9][0-9]*")}
_OWNER = r"/repos/[^/]+/[^/]+"
_PROJECT = r"/api/v4/projects/(?:[0-9]+|[^/]+%2F[^/]+)"

# method, path, its query, its body
GITHUB: tuple[tuple[str, str, dict[str, re.Pattern[str]], Any], ...] = (
    ("GET", r"/user", {}, None),
    ("GET", rf"{_OWNER}/issues/[1-9][0-9]*/comments", _PAGES, None),
    ("POST", rf"{_OWNER}/issues/[1-9][0-9]*/comments", {}, _object(["body"], body=_text(65_536))),
    ("PATCH", rf"{_OWNER}/issues/comments/[0-9]+", {}, _object(["body"], body=_text(65_536))),
    ("POST", rf"{_OWNER}/check-runs", {}, _CHECK),
    ("PATCH", rf"{_OWNER}/check-runs/[0-9]+", {}, {**_CHECK, "required": []}),
    ("POST", rf"{_OWNER}/statuses/[0-9a-f]{{40}}", {}, _object(
        ["state"], state={"enum": ["error", "failure", "pending", "success"]}, target_url=_text(2_000),
        description=_text(140), context=_text(255),
    )),
)  # fmt: skip
_ORDER = {"sort": re.compile("asc|desc"), "order_by": re.compile("created_at|updated_at")}
GITLAB: tuple[tuple[str, str, dict[str, re.Pattern[str]], Any], ...] = (
    ("GET", r"/api/v4/user", {}, None),
    ("GET", r"/api/v4/job", {}, None),
    ("GET", rf"{_PROJECT}/merge_requests/[1-9][0-9]*/notes", _PAGES | _ORDER, None),
    ("POST", rf"{_PROJECT}/merge_requests/[1-9][0-9]*/notes", {}, _object(["body"], body=_text(1_000_000))),
    ("PUT", rf"{_PROJECT}/merge_requests/[1-9][0-9]*/notes/[0-9]+", {}, _object(["body"], body=_text(1_000_000))),
    ("POST", rf"{_PROJECT}/statuses/[0-9a-f]{{40}}", {}, _object(
        ["state"], state={"enum": ["pending", "running", "success", "failed", "canceled", "skipped"]}, ref=_text(255),
        name=_text(255), target_url=_text(255), description=_text(255), coverage={"type": "number"},
        pipeline_id={"type": "integer"},
    )),
)  # fmt: skip


class Forge:
    """``comments`` as the API lists them; ``checks`` and ``statuses`` as they were sent; ``faults`` is what was wrong
    with requests. ``is_app``: the token is a workflow's, which may make check runs and may not ask who it is."""

    def __init__(self, server: CrookedRegistry, kind: str) -> None:
        self.server = server
        self.kind = kind
        self.is_app = True
        self.me = {"login": "jane", "id": 7, "type": "User"}
        self.comments: list[dict[str, Any]] = []
        self.checks: list[Any] = []
        self.statuses: list[Any] = []
        self.faults: list[str] = []
        server.rules.append(self._answer)

    @property
    def api(self) -> str:
        return self.server.url + ("/api/v4" if self.kind == "gitlab" else "")

    def add(self, body: str, login: str, type_: str = "User", id_: int = 99) -> dict[str, Any]:
        user = {"login": login, "id": id_, "type": type_}
        made = {"id": 1_000 + len(self.comments), "body": body, "user": user, "author": user, "system": False}
        self.comments.append(made)
        return made

    def mine(self, body: str) -> dict[str, Any]:
        if self.kind == "github" and self.is_app:
            return self.add(body, "github-actions[bot]", "Bot", 41)
        return self.add(body, str(self.me["login"]), "User", int(str(self.me["id"])))

    def sent(self, method: str) -> list[Request]:
        return [request for request in self.server.requests if request.method == method]

    def _answer(self, request: Request) -> Reply:
        value = self._checked(request)
        if request.path.endswith(("/user", "/job")):
            return self._who(request)
        if request.method == "GET":
            asked = {name: int(texts[0]) for name, texts in parse_qs(request.query).items() if name in _PAGES}
            start = (asked["page"] - 1) * asked["per_page"]
            return _json(200, self.comments[start : start + asked["per_page"]])
        if request.path.endswith(("/comments", "/notes")):
            return _json(201, self.mine(value["body"]))
        if "/check-runs" in request.path:
            if not self.is_app:
                return _json(403, {"message": "You must authenticate via a GitHub App."})
            self.checks.append(value)
            return _json(201, {"id": 5})
        if "/statuses/" in request.path:
            self.statuses.append(value)
            return _json(201, {"id": 6})
        for one in self.comments:
            if one["id"] == int(request.path.rpartition("/")[2]):
                one["body"] = value["body"]
                return _json(200, one)
        return _json(404, {"message": "Not Found"})

    def _who(self, request: Request) -> Reply:
        if self.kind == "github" and self.is_app:
            return _json(403, {"message": "Resource not accessible by integration"})
        return _json(200, {"id": 3, "user": self.me} if request.path.endswith("/job") else self.me)

    def _checked(self, request: Request) -> Any:
        routes = GITHUB if self.kind == "github" else GITLAB
        fits = [
            (query, schema)
            for method, path, query, schema in routes
            if request.method == method and re.fullmatch(path, request.path)
        ]
        if not fits:
            self.faults.append(f"no such call: {request.method} {request.path}")
            return None
        query, schema = fits[0]
        for name, texts in parse_qs(request.query).items():
            if name not in query or not query[name].fullmatch(texts[0]):
                self.faults.append(f"query {name}={texts}")
        if self.kind == "github":
            if request.authorization != f"Bearer {TOKEN}" or "x-github-api-version" not in request.headers:
                self.faults.append("headers")
        elif TOKEN not in (request.headers.get("private-token"), request.headers.get("job-token")):
            self.faults.append("headers")
        if schema is None:
            if request.body:
                self.faults.append("a body that nobody asks for")
            return None
        if request.headers.get("content-type") != "application/json":
            self.faults.append("content type")
        value = json.loads(request.body)
        self.faults += [error.message[:200] for error in Draft202012Validator(schema).iter_errors(value)]
        return value


def _json(status: int, value: Any) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


@contextlib.contextmanager
def running(kind: str) -> Iterator[Forge]:
    """A forge that finds no fault in what it was asked, or the test fails."""
    server = CrookedRegistry()
    forge = Forge(server, kind)
    try:
        yield forge
    finally:
        server.close()
    assert not forge.faults
