"""GitLab's REST API (docs.gitlab.com/api, version 4): notes of merge requests, commit statuses."""

from __future__ import annotations

from urllib.parse import quote

from scantling.net.client import Client

from .api import Api, NotPosted
from .place import Place
from .post import Found, Status, first_line

_HINTS = {
    401: "it may have expired, or be another server's",
    403: "it needs the scope api, and the role of a developer in the project",
    404: "check --repo, --pr and --commit, and that the token may see the project",
}
_JOB = "CI_JOB_TOKEN may not write notes: put a project access token with the scope api into GITLAB_TOKEN"
_STATE = {"pass": "success", "fail": "failed", "neutral": "success"}


class GitLab:
    def __init__(self, client: Client, place: Place) -> None:
        name = "JOB-TOKEN" if place.is_job_token else "PRIVATE-TOKEN"
        hints = dict.fromkeys(_HINTS, _JOB) if place.is_job_token else _HINTS
        self._api = Api(client, place, {name: place.token.reveal()}, hints)
        self._place = place
        self._project = f"/projects/{quote(place.repository, safe='')}"
        self._notes = f"{self._project}/merge_requests/{place.number}/notes"

    def find(self, marker: str) -> Found | None:
        """Our own note alone: whoever else writes our marker could change "failed" to "passed" under our name."""
        me = self._me()
        for one in self._api.listed(self._notes, "notes", "sort=asc&order_by=created_at"):
            author = one.get("author")
            if not isinstance(author, dict) or author.get("id") != me or not isinstance(one.get("id"), int):
                continue
            if not one.get("system") and first_line(str(one.get("body") or "")) == marker:
                return Found(one["id"], str(one["body"]))
        return None

    def create(self, body: str) -> None:
        self._api.call("POST", self._notes, {"body": body}, retries=0)

    def update(self, found: Found, body: str) -> None:
        self._api.call("PUT", f"{self._notes}/{found.id}", {"body": body})

    def set_status(self, status: Status) -> str:
        state = {"state": _STATE[status.outcome], "name": status.name, "description": status.title}
        self._api.call("POST", f"{self._project}/statuses/{self._place.commit}", state)
        return "commit status"

    def _me(self) -> int:
        told = self._api.call("GET", "/job" if self._place.is_job_token else "/user")
        if self._place.is_job_token and isinstance(told, dict):
            told = told.get("user")
        if not isinstance(told, dict) or not isinstance(told.get("id"), int):
            raise NotPosted("the answer does not say whose token it is", where=self._place.api)
        return int(told["id"])
