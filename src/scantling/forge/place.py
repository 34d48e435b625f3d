"""Where to post: which API, repository, change and commit, with which token. From options, else from the variables that
GitHub Actions and GitLab CI set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.guard.display import printable
from scantling.guard.secret import Secret
from scantling.guard.strict_json import loads
from scantling.guard.user_file import read_bounded
from scantling.model.errors import Malformed, UsageError

GITHUB, GITLAB = "github", "gitlab"
_GITHUB_API, _GITLAB_API = "https://api.github.com", "https://gitlab.com/api/v4"
_PULL = re.compile(r"refs/pull/([0-9]{1,10})/")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}(?:/[A-Za-z0-9_.-]{1,255}){1,20}|[0-9]{1,18}")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says; "" where it says nothing. ``number`` is that of the pull or merge request."""

    forge: str = ""
    repository: str = ""
    number: str = ""
    commit: str = ""
    api: str = ""
    token_env: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """``repository`` is "owner/name" or a GitLab project (path or number). ``number`` is 0 and ``commit`` "" where
    neither is known. ``is_job_token``: GitLab's token of a running job, which may do less."""

    forge: str
    api: str
    repository: str
    number: int
    commit: str
    token: Secret
    token_name: str
    is_job_token: bool = False


def place(asked: Asked, environ: Mapping[str, str]) -> Place:
    """Raises ``UsageError`` for what is missing or not possible."""
    forge = asked.forge or (GITHUB if environ.get("GITHUB_ACTIONS") else GITLAB if environ.get("GITLAB_CI") else "")
    if not forge:
        raise UsageError("where to post is not known", hint="add --github or --gitlab")
    return _github(asked, environ) if forge == GITHUB else _gitlab(asked, environ)


def _github(asked: Asked, environ: Mapping[str, str]) -> Place:
    event = _event(environ.get("GITHUB_EVENT_PATH", "")) if not (asked.number and asked.commit) else {}
    pull = event.get("pull_request")
    pull = pull if isinstance(pull, dict) else {}
    head = pull.get("head")
    ref = _PULL.match(environ.get("GITHUB_REF", ""))
    number = asked.number or str(pull.get("number") or (ref[1] if ref else ""))
    # GITHUB_SHA of a pull request is a merge that nobody sees: its status would stand beside nothing
    commit = asked.commit or (str(head.get("sha", "")) if isinstance(head, dict) else environ.get("GITHUB_SHA", ""))
    token, name = _token(asked.token_env, environ, ("GITHUB_TOKEN",))
    return Place(
        GITHUB,
        (asked.api or environ.get("GITHUB_API_URL") or _GITHUB_API).rstrip("/"),
        _repository(asked.repository or environ.get("GITHUB_REPOSITORY", "")),
        _number(number),
        _commit(commit),
        token,
        name,
    )


def _gitlab(asked: Asked, environ: Mapping[str, str]) -> Place:
    token, name = _token(asked.token_env, environ, ("GITLAB_TOKEN", "CI_JOB_TOKEN"))
    # a merged-results pipeline runs on a commit that only it knows; the source branch's is the one that is seen
    commit = environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environ.get("CI_COMMIT_SHA", "")
    project = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or environ.get("CI_PROJECT_ID", "")
    return Place(
        GITLAB,
        (asked.api or environ.get("CI_API_V4_URL") or _GITLAB_API).rstrip("/"),
        _repository(asked.repository or project),
        _number(asked.number or environ.get("CI_MERGE_REQUEST_IID", "")),
        _commit(asked.commit or commit),
        token,
        name,
        name == "CI_JOB_TOKEN",
    )


def _token(named: str, environ: Mapping[str, str], usual: tuple[str, ...]) -> tuple[Secret, str]:
    names = (named,) if named else usual
    for name in names:
        text = environ.get(name, "").strip()
        if text and text.isascii() and text.isprintable():
            return Secret(text), name
    raise UsageError(
        f"no token in the environment: {' or '.join(map(printable, names))} is not set",
        hint="give the name of a variable that holds one with --token-env; a token itself is never an argument",
    )


def _repository(text: str) -> str:
    if not _REPOSITORY.fullmatch(text) or ".." in text.split("/"):
        said = f"not a repository: {printable(text, 100)!r}" if text else "which repository is not known"
        raise UsageError(said, where="--repo", hint="--repo OWNER/NAME")
    return text


def _number(text: str) -> int:
    if text and (not (text.isascii() and text.isdigit()) or len(text) > 10):
        raise UsageError(f"not the number of a pull request: {printable(text, 40)!r}", where="--pr")
    return int(text or 0)


def _commit(text: str) -> str:
    if text and not _COMMIT.fullmatch(text):
        raise UsageError(f"not a whole commit hash: {printable(text, 80)!r}", where="--commit")
    return text


def _event(path: str) -> dict[str, Any]:
    """The payload of the event that started a GitHub workflow; empty where there is none or it says nothing."""
    if not path or not Path(path).is_file():
        return {}
    data = read_bounded(Path(path), limits.FORGE_BYTES, "cannot read the event of GITHUB_EVENT_PATH")
    try:
        value = loads(data, max_bytes=limits.FORGE_BYTES, where=path)
    except Malformed:
        return {}
    return value if isinstance(value, dict) else {}
