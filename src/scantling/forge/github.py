"""GitHub's REST API (docs.github.com/rest, version 2022-11-28): comments of issues, check runs, commit statuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scantling.guard import limits
from scantling.net.client import Client

from .api import Api, NotPosted
from .place import Place
from .post import Found, Status, first_line, in_pieces

_HINTS = {
    401: "it may have expired, or be another server's",
    403: "a workflow needs `permissions: {pull-requests: write, checks: write}`; on a pull request from a fork its "
    "token may only read",
    404: "check --repo, --pr and --commit, and that the token may see the repository",
}
_CONCLUSION = {"pass": "success", "fail": "failure", "neutral": "neutral"}
_STATE = {"pass": "success", "fail": "failure", "neutral": "success"}


class GitHub:
    def __init__(self, client: Client, place: Place) -> None:
        headers = {
            "Authorization": f"Bearer {place.token.reveal()}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._api = Api(client, place, headers, _HINTS)
        self._place = place
        self._repo = f"/repos/{place.repository}"

    def find(self, marker: str) -> Found | None:
        """Our own comment alone: whoever else writes our marker could change "failed" to "passed" under our name."""
        login = self._login()
        for one in self._api.listed(f"{self._repo}/issues/{self._place.number}/comments", "comments"):
            if _is_ours(one, login) and first_line(str(one.get("body") or "")) == marker:
                return Found(int(one["id"]), str(one["body"]))
        return None

    def create(self, body: str) -> None:
        path = f"{self._repo}/issues/{self._place.number}/comments"
        self._api.call("POST", path, {"body": body}, retries=0)

    def update(self, found: Found, body: str) -> None:
        self._api.call("PATCH", f"{self._repo}/issues/comments/{found.id}", {"body": body})

    def set_status(self, status: Status) -> str:
        """A check run with annotations; a commit status where the token is not an app's, which alone may make those."""
        try:
            return self._check_run(status)
        except NotPosted as error:
            if error.status not in {403, 404}:
                raise
        state = {"state": _STATE[status.outcome], "context": status.name, "description": status.title}
        self._api.call("POST", f"{self._repo}/statuses/{self._place.commit}", state)
        return "commit status" + (f" (no annotations: {_NOT_APP})" if status.annotations else "")

    def _check_run(self, status: Status) -> str:
        pieces = in_pieces(status.annotations, limits.CHECK_ANNOTATIONS)
        output = {"title": status.title, "summary": status.summary}
        made = self._api.call(
            "POST",
            f"{self._repo}/check-runs",
            {
                "name": status.name,
                "head_sha": self._place.commit,
                "status": "completed",
                "conclusion": _CONCLUSION[status.outcome],
                "output": {**output, "annotations": [_mark(one) for one in pieces[0]]},
            },
        )
        if len(pieces) > 1:
            if not isinstance(made, dict) or not isinstance(made.get("id"), int):
                raise NotPosted("the answer is no check run", where=self._place.api)
            for piece in pieces[1:]:  # each request adds to what is there
                path = f"{self._repo}/check-runs/{made['id']}"
                self._api.call("PATCH", path, {"output": {**output, "annotations": [_mark(one) for one in piece]}})
        count = len(status.annotations)
        more = f", {status.left_out} more left out" if status.left_out else ""
        return "check run" + (f" with {count} annotation{'s' if count != 1 else ''}{more}" if count else "")

    def _login(self) -> str:
        """Whose token it is; "" for an app's, such as a workflow's, which may not ask."""
        try:
            told = self._api.call("GET", "/user")
        except NotPosted as error:
            if error.status == 403:
                return ""
            raise
        return str(told.get("login", "")) if isinstance(told, dict) else ""


_NOT_APP = "the token is not a GitHub App's or a workflow's"


def _is_ours(comment: Mapping[str, Any], login: str) -> bool:
    user = comment.get("user")
    if not isinstance(user, dict) or not isinstance(comment.get("id"), int):
        return False
    return user.get("login") == login if login else user.get("type") == "Bot"


def _mark(one: Any) -> dict[str, object]:
    return {
        "path": one.path,
        "start_line": one.line,
        "end_line": one.line,
        "annotation_level": one.level,
        "title": one.title,
        "message": one.message,
    }
