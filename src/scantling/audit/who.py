"""Who runs the program, as far as the machine and a pipeline's variables tell. Claims, not proofs: whoever can set a
variable can say anything."""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Mapping

from scantling.guard.display import printable

_CHARS = 300
# the variable that gives a system away, and what it calls: who, where, which run, which commit
_SYSTEMS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("github", "GITHUB_ACTIONS", {
        "actor": "GITHUB_ACTOR", "repository": "GITHUB_REPOSITORY", "workflow": "GITHUB_WORKFLOW_REF",
        "run": "GITHUB_RUN_ID", "ref": "GITHUB_REF", "commit": "GITHUB_SHA",
    }),
    ("gitlab", "GITLAB_CI", {
        "actor": "GITLAB_USER_LOGIN", "repository": "CI_PROJECT_PATH", "run": "CI_JOB_ID", "ref": "CI_COMMIT_REF_NAME",
        "commit": "CI_COMMIT_SHA",
    }),
    ("azure", "TF_BUILD", {
        "actor": "BUILD_REQUESTEDFOR", "repository": "BUILD_REPOSITORY_NAME", "run": "BUILD_BUILDID",
        "ref": "BUILD_SOURCEBRANCH", "commit": "BUILD_SOURCEVERSION",
    }),
    ("circleci", "CIRCLECI", {
        "actor": "CIRCLE_USERNAME", "repository": "CIRCLE_PROJECT_REPONAME", "run": "CIRCLE_WORKFLOW_ID",
        "ref": "CIRCLE_BRANCH", "commit": "CIRCLE_SHA1",
    }),
    ("bitbucket", "BITBUCKET_BUILD_NUMBER", {
        "actor": "BITBUCKET_STEP_TRIGGERER_UUID", "repository": "BITBUCKET_REPO_FULL_NAME",
        "run": "BITBUCKET_BUILD_NUMBER", "ref": "BITBUCKET_BRANCH", "commit": "BITBUCKET_COMMIT",
    }),
    ("jenkins", "JENKINS_URL", {
        "actor": "BUILD_USER_ID", "repository": "JOB_NAME", "run": "BUILD_NUMBER", "ref": "GIT_BRANCH",
        "commit": "GIT_COMMIT",
    }),
)  # fmt: skip


def who(environ: Mapping[str, str]) -> dict[str, object]:
    """``user`` and ``uid`` as the kernel has them, ``host``, and ``ci`` (None outside of a pipeline that is known).
    Only the variables above are looked at: no other one can get into a record."""
    uid = os.getuid()
    try:
        user = pwd.getpwuid(uid).pw_name
    except KeyError:  # a container's arbitrary user
        user = ""
    return {"user": user, "uid": uid, "host": printable(socket.gethostname(), _CHARS), "ci": _pipeline(environ)}


def _pipeline(environ: Mapping[str, str]) -> dict[str, str] | None:
    for system, sign, names in _SYSTEMS:
        if environ.get(sign):
            told = {key: printable(environ[name], _CHARS) for key, name in names.items() if environ.get(name)}
            return {"system": system, **told}
    return None
