"""``scantling comment REPORT.json``: one comment on a pull or merge request, kept up to date, and a commit's status."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from ..console import say
from ..outputs import write_stdout
from ..settings import Settings
from ..sources import lines_made

if TYPE_CHECKING:
    from scantling.forge.annotations import Sources
    from scantling.forge.place import Place
    from scantling.forge.post import Comment, Forge, Status
    from scantling.model.report import Report
    from scantling.net.client import Client

COMMENT, STATUS = "comment", "status"


def run(settings: Settings) -> int:
    if settings["github"] and settings["gitlab"]:
        raise UsageError("both --github and --gitlab", hint="post to one of them at a time")
    from scantling.diff.changes import changes
    from scantling.forge.body import comment, status
    from scantling.report.load import load_report

    report = load_report(Path(settings.argument))
    base = settings["baseline"]
    found = changes(load_report(Path(base)), report) if base else None
    text = comment(report, found, Path(base).name if base else "")
    verdict = status(report, found, text, _sources(settings, report))
    if settings["dry_run"]:
        write_stdout(text.body.encode())
        return 0
    _post(settings, text, verdict)
    return 0


def _post(settings: Settings, text: Comment, verdict: Status) -> None:
    from scantling.forge.post import put_comment
    from scantling.net.retry import Attempts

    place = _place(settings)
    wanted = settings["post"]
    if COMMENT in wanted and not place.number:
        hint = "--pr NUMBER; or --post status, where there is only a commit"
        raise UsageError("which pull request is not known", where="--pr", hint=hint)
    if STATUS in wanted and not place.commit:
        raise UsageError("which commit is not known", where="--commit", hint="--commit HASH, or --post comment")
    client = _client(settings, place)
    forge = _forge(client, place)
    done = []
    if COMMENT in wanted:
        done.append(f"comment {put_comment(forge, text, Attempts(client.timing))}")
    if STATUS in wanted:
        done.append(f"{forge.set_status(verdict)}: {verdict.outcome}")
    if not settings["quiet"]:
        where = f"{place.repository} {'#' if place.forge == 'github' else '!'}{place.number}".removesuffix(" #0")
        say(printable(f"{where}: {'; '.join(done)}"))


def _sources(settings: Settings, report: Report) -> Sources:
    """Where in the repository the findings stand. Raises ``UsageError`` for a Dockerfile that cannot be read."""
    from scantling.forge.annotations import Sources

    name = settings["dockerfile"]
    if not name:
        return Sources(settings["config_root"] or "")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        hint = "run in the repository's root: --dockerfile docker/Dockerfile"
        raise UsageError("not a path from the repository's root", where="--dockerfile", hint=hint)
    return Sources(settings["config_root"] or "", str(path), lines_made(report, name, settings))


def _place(settings: Settings) -> Place:
    from scantling.forge.place import Asked, place

    forge = "github" if settings["github"] else "gitlab" if settings["gitlab"] else ""
    names = ("repo", "pr", "commit", "api_url", "token_env")
    return place(Asked(forge, *(settings[name] or "" for name in names)), settings.environ)


def _client(settings: Settings, place: Place) -> Client:
    from scantling.net.client import Client
    from scantling.net.options import NetOptions
    from scantling.net.url import parse_url

    # the API's host is one that the user, or the pipeline's own server, names: it may be in a private network
    options = NetOptions(ca_cert=settings["ca_cert"] or "", insecure=settings["insecure"])
    return Client(options.naming([parse_url(place.api).netloc]), environ=settings.environ)


def _forge(client: Client, place: Place) -> Forge:
    if place.forge == "github":
        from scantling.forge.github import GitHub

        return GitHub(client, place)
    from scantling.forge.gitlab import GitLab

    return GitLab(client, place)
