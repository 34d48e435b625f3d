"""``scantling ci init``: what it makes of a repository; and every file it writes, held to its system's own schema
(SchemaStore's and the vendors', as check-jsonschema carries them)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scantling.ci.repository import look
from scantling.ci.systems import SYSTEMS
from scantling.cli.main import main

REPOSITORY = Path(__file__).resolve().parents[2]
SCHEMAS = {
    "github": ("vendor.github-workflows",),
    "gitlab": ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
    "azure": ("vendor.azure-pipelines", "--data-transform", "azure-pipelines", "--regex-variant", "nonunicode"),
    "circleci": ("vendor.circle-ci",),
    "bitbucket": ("vendor.bitbucket-pipelines",),
}


def git(root: Path, url: str = "", branch: str = "main") -> Path:
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
    remote = f'[remote "origin"]\n\turl = {url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n' if url else ""
    (root / ".git" / "config").write_text(f"[core]\n\tbare = false\n{remote}")
    return root


def schema_check(schema: tuple[str, ...], path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize(
    ("url", "host", "image"),
    [
        ("git@github.com:Shop/My_API.git", "github.com", "shop/my-api"),
        ("https://user@gitlab.example.com/a/b/c.git", "gitlab.example.com", "a/b/c"),
        ("ssh://git@gitlab.example.com:2222/a/b.git", "gitlab.example.com", "a/b"),
        ("https://dev.azure.com/org/project/_git/app", "dev.azure.com", "org/project/app"),
        ("$(touch x)", "", "shop"),
    ],
)
def test_the_remote_names_host_and_image(url: str, host: str, image: str, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    found = look(git(root, url))
    assert found.host == host
    assert found.image == image


@pytest.mark.parametrize(
    ("sign", "url", "expected"),
    [
        ("", "git@github.com:shop/api.git", ["github"]),
        ("", "git@gitlab.com:shop/api.git", ["gitlab"]),
        ("", "git@bitbucket.org:shop/api.git", ["bitbucket"]),
        ("Jenkinsfile", "git@github.com:shop/api.git", ["jenkins"]),  # what it uses counts for more than where it lies
        (".circleci", "git@github.com:shop/api.git", ["circleci"]),
        ("", "git@git.example.com:shop/api.git", []),
    ],
)
def test_the_system_is_told_by_the_files_then_by_the_host(
    sign: str, url: str, expected: list[str], tmp_path: Path
) -> None:
    if sign:
        (tmp_path / sign).mkdir()
    assert [one.name for one in look(git(tmp_path, url)).systems] == expected


def test_it_writes_at_the_root_of_the_repository_it_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (git(tmp_path, "git@gitlab.com:shop/api.git") / "src" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "src" / "deep")
    assert main(["ci", "init"]) == 0
    assert (tmp_path / ".gitlab-ci.yml").is_file()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_second_work_tree_is_the_same_repository(tmp_path: Path) -> None:
    def git(*argv: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *argv], check=True, capture_output=True, timeout=60)

    git("init", "-q", "-b", "trunk", str(tmp_path / "first"))
    git("-C", str(tmp_path / "first"), "remote", "add", "origin", "git@github.com:shop/api.git")
    git("-C", str(tmp_path / "first"), "commit", "-q", "--allow-empty", "-m", "a")
    git("-C", str(tmp_path / "first"), "worktree", "add", "-q", "-b", "side", str(tmp_path / "second"))
    first, second = look(tmp_path / "first"), look(tmp_path / "second")
    assert (first.host, first.image, first.branch) == ("github.com", "shop/api", "trunk")
    assert (second.host, second.image, second.branch) == ("github.com", "shop/api", "side")


@pytest.mark.parametrize("one", SYSTEMS, ids=[one.name for one in SYSTEMS])
def test_each_file_is_as_its_system_asks(one, tmp_path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.chdir(git(tmp_path, "git@git.example.com:shop/api.git", "trunk"))
    assert main(["ci", "init", one.name]) == 0
    text = (tmp_path / one.path).read_text()
    assert f"wrote {one.path}" in capsys.readouterr().err
    assert not re.search(r"@[A-Z]+@", text)  # every place is filled in
    if one.name == "pre-commit":
        from pre_commit.clientlib import load_config

        load_config(tmp_path / one.path)
        return
    assert "docker/Dockerfile" in text
    assert ("shop/api" in text) is (one.name != "gitlab")  # GitLab says itself what the project's image is called
    scan, push = text.index("scantling image"), re.search(r"docker push|skopeo copy", text)
    assert push is not None and scan < push.start()  # scanned before it is pushed
    if one.name in SCHEMAS:
        checked = schema_check(SCHEMAS[one.name], tmp_path / one.path)
        assert checked.returncode == 0, checked.stdout
    elif one.name == "jenkins":
        assert text.count("{") == text.count("}") and text.count("'''") % 2 == 0
    else:
        (task,) = yaml.safe_load_all(text)
        assert (task["apiVersion"], task["kind"]) == ("tekton.dev/v1", "Task")


def test_a_file_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(git(tmp_path, "git@gitlab.com:shop/api.git"))
    (tmp_path / ".gitlab-ci.yml").write_text("mine\n")
    assert main(["ci", "init"]) == 2
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / ".gitlab-ci.yml").read_text() == "mine\n"
    assert main(["ci", "init", "--dry-run"]) == 0
    assert "scantling image" in capsys.readouterr().out
    assert (tmp_path / ".gitlab-ci.yml").read_text() == "mine\n"
    assert main(["ci", "init", "--force"]) == 0
    assert "scantling image" in (tmp_path / ".gitlab-ci.yml").read_text()


@pytest.mark.parametrize(
    "argv", [["nope"], [], ["github", "--dockerfile", '"; id #'], ["github", "--dockerfile", "../D"],
             ["github", "--image-name", "A B"]],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(
    argv: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(git(tmp_path))
    assert main(["ci", "init", *argv]) == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert [path.name for path in tmp_path.iterdir()] == [".git"]


def test_a_repository_whose_names_are_commands_writes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(git(tmp_path, 'https://github.com/x"$(id)`id`${{github}}/y', 'a"$(id)'))
    assert main(["ci", "init", "github"]) == 0
    text = (tmp_path / ".github" / "workflows" / "image.yml").read_text()
    assert "$(id)" not in text and "`id`" not in text and "${{github}}" not in text


def test_the_action_is_as_github_asks() -> None:
    checked = schema_check(("vendor.github-actions",), REPOSITORY / "action.yml")
    assert checked.returncode == 0, checked.stdout


def test_everything_third_party_is_pinned() -> None:
    texts = [(REPOSITORY / "action.yml").read_text()]
    texts += [path.read_text() for path in (REPOSITORY / "src/scantling/ci/templates").iterdir() if path.is_file()]
    used = [line.strip() for text in texts for line in text.splitlines() if re.match(r"\s*-?\s*uses:", line)]
    assert len(used) >= 8
    for line in used:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_no_input_of_the_action_is_written_into_a_script() -> None:
    action = yaml.safe_load((REPOSITORY / "action.yml").read_text())
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_hook_is_as_pre_commit_asks() -> None:
    from pre_commit.clientlib import load_manifest

    (hook,) = load_manifest(REPOSITORY / ".pre-commit-hooks.yaml")
    assert re.search(hook["files"], "docker/Dockerfile.prod") and not re.search(hook["files"], "src/a.py")
