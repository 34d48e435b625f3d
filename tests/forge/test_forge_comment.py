"""``scantling comment``: one comment, renewed and never repeated; a status; what is refused; and no token shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.guard import limits
from scantling.model.finding import Finding
from scantling.model.report import Report, Verdict, Violation
from scantling.net import client, retry
from scantling.report.json import encode
from scantling.report.markdown import marker
from support import forge as fake
from support.crooked_registry import Reply, Request
from support.forge import SHA, TOKEN, Forge
from support.sample_report import HOSTILE, LODASH, OPENSSL, finding, package, report

FAILED = Verdict("fail", (Violation("severity", "deny", "1 finding counted: 1 HIGH"),))


@pytest.fixture(params=["github", "gitlab"])
def server(request: pytest.FixtureRequest) -> Iterator[Forge]:
    with fake.running(request.param) as forge:
        yield forge


@pytest.fixture
def github() -> Iterator[Forge]:
    with fake.running("github") as forge:
        yield forge


@pytest.fixture
def gitlab() -> Iterator[Forge]:
    with fake.running("gitlab") as forge:
        yield forge


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No back-off is waited for, and the token is in the environment; the pauses that were asked for."""
    slept: list[float] = []
    timing = retry.Timing(sleep=slept.append, jitter=lambda: 0.5)
    monkeypatch.setattr(
        client.Client.__init__, "__kwdefaults__", {**client.Client.__init__.__kwdefaults__, "timing": timing}
    )
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITLAB_TOKEN", TOKEN)
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "GITHUB_EVENT_PATH", "GITHUB_REF", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    return slept


def saved(directory: Path, *found: Finding, name: str = "report.json", **more: object) -> Path:
    made = replace(report(found, (OPENSSL, LODASH), verdict=FAILED), scanners=("vuln",))
    path = directory / name
    path.write_bytes(encode(replace(made, **more)))  # type: ignore[arg-type]
    return path


def post(server: Forge, path: Path, *more: str) -> int:
    where = ["--repo", "shop/api", "--pr", "12", "--commit", SHA, "--api-url", server.api, "--insecure"]
    return main(["comment", str(path), f"--{server.kind}", *where, *more])


# --- one comment ------------------------------------------------------------------------------------------------


def test_a_comment_is_made_once_and_then_renewed(
    server: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.add("a person's words", "joe")
    assert post(server, saved(tmp_path, finding("CVE-1", OPENSSL))) == 0
    assert "comment created" in capsys.readouterr().err
    assert post(server, saved(tmp_path, finding("CVE-2", OPENSSL))) == 0
    assert "comment updated" in capsys.readouterr().err
    assert post(server, saved(tmp_path, finding("CVE-2", OPENSSL))) == 0
    assert "comment unchanged" in capsys.readouterr().err
    assert len(server.comments) == 2
    assert "CVE\\-2" in server.comments[1]["body"] and "CVE\\-1" not in server.comments[1]["body"]


def test_another_image_or_platform_has_a_comment_of_its_own(server: Forge, tmp_path: Path) -> None:
    one = report(reference="shop/api:1.4")
    other = report(reference="shop/web:1.4")
    arm = replace(one, target=replace(one.target, platform="linux/arm64"))
    again = report(reference="shop/api:1.5@sha256:" + "a" * 64)  # the same image, built again
    for number, each in enumerate((one, other, arm, again)):
        path = tmp_path / f"{number}.json"
        path.write_bytes(encode(each))
        assert post(server, path) == 0
    assert len(server.comments) == 3


def test_the_comment_is_found_on_a_later_page(server: Forge, tmp_path: Path) -> None:
    path = saved(tmp_path, finding("CVE-1", OPENSSL))
    for number in range(250):
        server.add(f"remark {number}", "joe")
    server.mine(f"{marker(json_report(path))}\nold words")
    assert post(server, path) == 0
    assert len(server.comments) == 251


def test_paging_is_bounded(server: Forge, tmp_path: Path) -> None:
    page = json.dumps([{"id": 1, "body": "x", "user": {"login": "joe"}, "author": {"id": 1}}] * 100).encode()
    endless = Reply(200, page, {"Content-Type": "application/json"})
    server.server.rules.insert(0, lambda asked: endless if asked.method == "GET" and asked.query else None)
    assert post(server, saved(tmp_path), "--post", "comment") == 0
    assert len([one for one in server.sent("GET") if one.query]) == limits.COMMENT_PAGES


def json_report(path: Path) -> Report:
    from scantling.report.load import load_report

    return load_report(path)


def test_a_comment_of_somebody_else_with_our_marker_is_left_alone(server: Forge, tmp_path: Path) -> None:
    """Whoever owns the comment can change it afterwards: "failed" to "passed"."""
    path = saved(tmp_path, finding("CVE-1", OPENSSL))
    trap = f"{marker(json_report(path))}\n### ✅ Gate passed"
    server.add(trap, "mallory")
    server.is_app = False
    assert post(server, path) == 0
    assert server.comments[0]["body"] == trap
    assert len(server.comments) == 2


def test_a_workflows_token_takes_no_persons_comment_for_its_own(github: Forge, tmp_path: Path) -> None:
    path = saved(tmp_path)
    github.add(marker(json_report(path)), "mallory")
    assert post(github, path) == 0 and post(github, path) == 0
    assert len(github.comments) == 2


def test_an_answer_that_got_lost_makes_no_second_comment(server: Forge, tmp_path: Path) -> None:
    """The server makes the comment and then breaks the connection."""
    lost: list[Request] = []

    def lose(request: Request) -> Reply | None:
        if request.method == "POST" and request.path.endswith(("/comments", "/notes")) and not lost:
            lost.append(request)
            server._answer(request)
            return Reply(raw=b"")
        return None

    server.server.rules.insert(0, lose)
    assert post(server, saved(tmp_path, finding("CVE-1", OPENSSL))) == 0
    assert lost and len(server.comments) == 1


# --- what it says -----------------------------------------------------------------------------------------------


def test_changes_against_the_base_come_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = saved(tmp_path, finding("CVE-1", OPENSSL), finding("CVE-9", OPENSSL), name="main.json")
    new = saved(tmp_path, finding("CVE-1", OPENSSL), finding("CVE-2", LODASH, "CRITICAL", "4.17.21"))
    assert main(["comment", str(new), "--baseline", str(old), "--dry-run"]) == 0  # needs no token
    body = capsys.readouterr().out
    assert "**Against `main.json`:** 1 new, 1 fixed, 1 unchanged" in body
    assert body.index("**New (1)**") < body.index("`CVE-2`") < body.index("Fixed (1)") < body.index("Critical and high")


def test_what_a_baseline_silenced_is_no_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from scantling.exceptions.baseline import apply, baseline_of

    old = saved(tmp_path, finding("CVE-1", OPENSSL), name="main.json")
    held = apply((finding("CVE-1", OPENSSL), finding("CVE-2", LODASH)), baseline_of(json_report(old), "main.json"))
    assert main(["comment", str(saved(tmp_path, *held)), "--baseline", str(old), "--dry-run"]) == 0
    body = capsys.readouterr().out
    assert "1 new, 0 fixed, 1 unchanged" in body and "accepted since" not in body


def test_hostile_names_neither_break_out_nor_command(server: Forge, tmp_path: Path) -> None:
    """No line begins with a slash: GitLab runs "/merge" at the start of a line."""
    evil = package("npm", f"/merge\n/close {HOSTILE} @all", "1|2", path="</summary></details>")
    found = finding("CVE-\n/merge", evil, title=f"{HOSTILE} @everyone <!-- x --> ![x](http://evil/)")
    path = tmp_path / "evil.json"
    path.write_bytes(encode(report((found,), (evil,), reference="x\n/merge <b>")))
    assert post(server, path) == 0
    (comment,) = server.comments
    lines = comment["body"].splitlines()
    assert lines[0].startswith("<!-- scantling:") and lines[0].endswith(" -->")
    assert not [line for line in lines if line.startswith(("/", "\t/", " /"))]
    from markdown_it import MarkdownIt

    page = MarkdownIt("gfm-like", {"linkify": False}).render(comment["body"])  # raw HTML comes out escaped
    assert "<img" not in page and "<script" not in page and "http://evil" not in page.replace("http\\://evil", "")
    assert page.count("&lt;details&gt;") == page.count("&lt;/details&gt;")


def test_ten_thousand_findings_fit_and_the_rest_is_counted(server: Forge, tmp_path: Path) -> None:
    many = [finding(f"CVE-2026-{number}", OPENSSL, "CRITICAL") for number in range(10_000)]
    old = saved(tmp_path, name="main.json")
    assert post(server, saved(tmp_path, *many), "--baseline", str(old)) == 0
    (comment,) = server.comments
    assert len(comment["body"]) < 65_536
    assert "**New (15)**" not in comment["body"] and "**New (10000)**" in comment["body"]
    cut = [int(line.split()[0]) for line in comment["body"].splitlines() if line.endswith("the full report has them.")]
    shown = comment["body"].count("| CRITICAL |")
    assert sum(cut) + shown == 20_000  # each stands under "new" and under "critical"


# --- status -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "gaps", "conclusion"),
    [(FAILED, False, "failure"), (Verdict("pass"), False, "success"), (Verdict("not_asked"), True, "neutral")],
)
def test_the_verdict_becomes_a_check_run(
    github: Forge, tmp_path: Path, verdict: Verdict, gaps: bool, conclusion: str
) -> None:
    path = saved(tmp_path, finding("CVE-1", OPENSSL), verdict=verdict, status="incomplete" if gaps else "complete")
    assert post(github, path) == 0
    (check,) = github.checks
    assert (check["head_sha"], check["status"], check["conclusion"]) == (SHA, "completed", conclusion)
    assert check["name"] == "scantling: shop/api:1.4 linux/amd64"


def test_a_persons_token_sets_a_commit_status(github: Forge, tmp_path: Path) -> None:
    github.is_app = False
    assert post(github, saved(tmp_path, finding("CVE-1", OPENSSL))) == 0
    (status,) = github.statuses
    assert (status["state"], status["description"]) == ("failure", "gate failed; 1 finding")


def test_gitlab_gets_a_commit_status(gitlab: Forge, tmp_path: Path) -> None:
    assert post(gitlab, saved(tmp_path, finding("CVE-1", OPENSSL))) == 0
    (status,) = gitlab.statuses
    assert status["state"] == "failed" and status["name"].startswith("scantling: shop/api")
    assert gitlab.sent("POST")[-1].path == f"/api/v4/projects/shop%2Fapi/statuses/{SHA}"


def test_findings_of_configuration_are_marked_fifty_at_a_time(
    github: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dockerfile = tmp_path / "src" / "Dockerfile"
    dockerfile.parent.mkdir()
    dockerfile.write_text("FROM debian:12\n" + "RUN curl http://example.com/x | sh\n" * 120)
    out = tmp_path / "config.json"
    main(["config", str(dockerfile.parent), "-q", "-f", "json", "-o", str(out)])
    assert post(github, out, "--config-root", "docker", "--post", "status") == 0
    marks = [one["output"]["annotations"] for one in github.checks]
    assert [len(one) for one in marks[:-1]] == [50] * (len(marks) - 1) and len(marks) > 2
    first = marks[0][0]
    assert first["path"] == "docker/Dockerfile" and 1 <= first["start_line"] == first["end_line"] <= 121
    assert "annotations" in capsys.readouterr().err
    assert not github.comments


def test_an_images_findings_are_marked_on_the_line_that_brings_them(
    github: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("docker").mkdir()
    Path("docker/Dockerfile").write_text("FROM debian:12\n\nRUN make\nCOPY app /app\n")
    made = report((), (OPENSSL, LODASH), verdict=FAILED)
    layers = [
        replace(made.target.layers[0], diff_id=f"sha256:{number}", created_by=text)
        for number, text in enumerate(("base", "RUN /bin/sh -c make # buildkit", "COPY app /app # buildkit"))
    ]
    many = [finding(f"CVE-{number}", OPENSSL, diff_id="sha256:0") for number in range(30)]
    found = (
        *many,
        finding("CVE-99", LODASH, "CRITICAL", diff_id="sha256:2"),
        finding("CVE-98", LODASH, diff_id="gone"),
    )
    made = replace(made, findings=found, target=replace(made.target, layers=tuple(layers)))
    Path("report.json").write_bytes(encode(made))
    assert post(github, Path("report.json"), "--dockerfile", "docker/Dockerfile") == 0
    marks = github.checks[0]["output"]["annotations"]
    assert [(one["path"], one["start_line"], one["title"]) for one in marks] == [
        ("docker/Dockerfile", 4, "This instruction brings 1 CRITICAL"),
        ("docker/Dockerfile", 1, "This instruction brings 30 HIGH"),
    ]
    assert "and 20 more" in marks[1]["message"]
    Path("other").write_text("FROM scratch\nCOPY x /x\n")
    assert post(github, Path("report.json"), "--dockerfile", "other") == 0
    assert "no line is marked" in capsys.readouterr().err
    for name in ("/etc/passwd", "../x", "missing", "report.json"):
        assert post(github, Path("report.json"), "--dockerfile", name) == 2


def test_without_a_dockerfile_an_images_findings_are_not_marked(github: Forge, tmp_path: Path) -> None:
    assert post(github, saved(tmp_path, finding("CVE-1", LODASH))) == 0
    assert github.checks[0]["output"]["annotations"] == []


# --- where to ---------------------------------------------------------------------------------------------------


def test_inside_github_actions_nothing_has_to_be_said(
    github: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 34, "head": {"sha": "cd" * 20}}}))
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "shop/api",
        "GITHUB_API_URL": github.api,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REF": "refs/pull/34/merge",
        "GITHUB_SHA": "ef" * 20,
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["comment", str(saved(tmp_path)), "--insecure", "-q"]) == 0
    assert github.sent("POST")[0].path == "/repos/shop/api/issues/34/comments"
    assert github.checks[0]["head_sha"] == "cd" * 20  # not the merge that nobody sees


def test_inside_gitlab_ci_too(gitlab: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": gitlab.api,
        "CI_PROJECT_ID": "77",
        "CI_MERGE_REQUEST_IID": "5",
        "CI_COMMIT_SHA": SHA,
        "CI_JOB_TOKEN": TOKEN,
        "GITLAB_TOKEN": "",
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["comment", str(saved(tmp_path)), "--insecure", "-q"]) == 0
    assert gitlab.sent("POST")[0].path == "/api/v4/projects/77/merge_requests/5/notes"
    assert gitlab.sent("POST")[0].headers["job-token"] == TOKEN


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--repo", "../../etc"], "not a repository"),
        (["--pr", "1/../2"], "not the number"),
        (["--commit", "HEAD"], "not a whole commit hash"),
        (["--pr", "0"], "which pull request"),
        (["--token-env", "NO_SUCH"], "NO_SUCH is not set"),
        (["--github", "--gitlab"], "both"),
        (["--api-url", "file:///etc/passwd"], "only https and http"),
    ],
)
def test_what_is_missing_or_wrong_is_told(
    github: Forge, tmp_path: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert post(github, saved(tmp_path), *more) in {2, 3}
    assert said in capsys.readouterr().err
    assert not github.server.requests


def test_plain_http_only_where_it_is_allowed(github: Forge, tmp_path: Path) -> None:
    where = ["--repo", "shop/api", "--pr", "12", "--commit", SHA, "--api-url", github.api]
    assert main(["comment", str(saved(tmp_path)), "--github", *where]) == 3
    assert not github.server.requests


# --- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (401, {}, "the token is not accepted (401)"),
        (403, {"X": "y"}, "the token does not allow this (403)"),
        (404, {}, "not found, or the token may not see it"),
        (422, {}, "the server does not take this (422): Validation Failed"),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795424400"}, "until 2026-11-23T09:00:00Z"),
        (429, {}, "the rate limit of the API is used up"),
        (500, {}, "the server answered 500"),
        (301, {"Location": "https://elsewhere.invalid/"}, "the server answered 301"),
    ],
)
def test_a_refusal_is_one_line_and_exit_3(
    server: Forge, tmp_path: Path, status: int, headers: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server.is_app = False
    body = json.dumps({"message": f"Validation Failed {TOKEN}"}).encode()
    refused = Reply(status, body, {"Content-Type": "application/json", **headers})
    server.server.rules.insert(0, lambda asked: refused if asked.method == "POST" else None)
    assert post(server, saved(tmp_path)) == 3
    told = capsys.readouterr().err
    assert said in told and told.count("error:") == 1 and "Traceback" not in told
    assert TOKEN not in told


def test_a_secondary_limit_is_waited_for(github: Forge, tmp_path: Path, hurried: list[float]) -> None:
    github.is_app = False
    left = [Reply(403, b'{"message":"slow down"}', {"Retry-After": "2"})]
    github.server.rules.insert(0, lambda asked: left.pop() if asked.method == "GET" and left else None)
    assert post(github, saved(tmp_path)) == 0
    assert 2 in hurried


def test_a_web_page_is_no_api(server: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.server.rules.insert(0, lambda asked: Reply(200, b"<html>sign in</html>", {"Content-Type": "text/html"}))
    assert post(server, saved(tmp_path)) == 3
    assert "not that of an API" in capsys.readouterr().err


def test_a_token_does_not_follow_a_redirect_to_another_host(server: Forge, tmp_path: Path) -> None:
    with fake.running(server.kind) as other:
        other.faults.clear()
        elsewhere = other.api.replace("127.0.0.1", "localhost") + "/user"
        server.server.rules.insert(0, lambda asked: Reply(302, b"", {"Location": elsewhere}))
        assert post(server, saved(tmp_path)) == 3
        sent = [value for request in other.server.requests for value in request.headers.values()]
        assert not [value for value in sent if TOKEN in value]
        other.faults.clear()


@pytest.mark.parametrize("more", [[], ["--debug"], ["--dry-run"]])
def test_no_token_is_ever_shown(
    server: Forge, tmp_path: Path, more: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    refused = Reply(403, json.dumps({"message": TOKEN}).encode(), {"Content-Type": "application/json"})
    server.server.rules.insert(0, lambda asked: refused)
    post(server, saved(tmp_path), *more)
    said = capfd.readouterr()
    assert TOKEN not in said.out + said.err
