"""Which run of which pipeline a report is made in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scantling.model.errors import UsageError

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"refs/[^\s\x00-\x1f\x7f]{1,500}")
_WORD = re.compile(r"[^\w./-]")
_URL = re.compile(r"https?://[A-Za-z0-9.:_-]{1,255}")
_PATH = re.compile(r"[A-Za-z0-9._/-]{1,255}")


@dataclass(frozen=True, slots=True)
class Build:
    """``commit`` is a hash, ``ref`` begins with "refs/", ``job`` names the workflow and its job."""

    commit: str = ""
    ref: str = ""
    job: str = ""
    run: str = ""
    url: str = ""


def build_of(environ: Mapping[str, str]) -> Build:
    """What GitHub Actions says (docs.github.com, "Variables reference"). Raises ``UsageError`` where it says no commit
    or ref."""
    commit, ref = environ.get("GITHUB_SHA", "").lower(), environ.get("GITHUB_REF", "")
    if not _COMMIT.fullmatch(commit) or not _REF.fullmatch(ref):
        missing = "GITHUB_SHA" if not _COMMIT.fullmatch(commit) else "GITHUB_REF"
        hint = "run in GitHub Actions, or set GITHUB_SHA to a commit's hash and GITHUB_REF to refs/heads/BRANCH"
        raise UsageError(f"a dependency snapshot is of a commit: {missing} does not say of which", hint=hint)
    names = (_WORD.sub("", environ.get(name, ""))[:100] for name in ("GITHUB_WORKFLOW", "GITHUB_JOB"))
    run = _WORD.sub("", environ.get("GITHUB_RUN_ID", ""))[:100]
    server, repository = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_REPOSITORY", "")
    is_known = run and _URL.fullmatch(server) and _PATH.fullmatch(repository)
    url = f"{server}/{repository}/actions/runs/{run}" if is_known else ""
    return Build(commit, ref, "_".join(filter(None, names)), run, url)
