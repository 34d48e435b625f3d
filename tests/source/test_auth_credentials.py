"""Docker's and podman's credentials: files, helpers, and to which host they belong."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from scantling.guard import limits
from scantling.guard.secret import Secret
from scantling.model.errors import UsageError
from scantling.source.credential_helper import HelperFailed, ask
from scantling.source.credentials import Credential, Keyring


def auth(text: str) -> dict[str, str]:
    return {"auth": base64.b64encode(text.encode()).decode()}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir()
    return {"HOME": str(tmp_path), "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}


def config(environ: dict[str, str], data: Any, name: str = ".docker/config.json") -> Path:
    path = Path(environ["HOME"], name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def helper(environ: dict[str, str], name: str, script: str) -> None:
    path = Path(environ["HOME"], "bin", f"docker-credential-{name}")
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def find(environ: dict[str, str], host: str, repository: str = "a/b") -> tuple[str, str] | None:
    found = Keyring(environ).find(host, repository)
    return None if found is None else (found.username, found.password.reveal())


def test_nothing_configured(environ: dict[str, str]) -> None:
    assert find(environ, "docker.io") is None


def test_a_credential_belongs_to_its_host_and_port(environ: dict[str, str]) -> None:
    config(environ, {"auths": {"r.example:5000": auth("me:a:b"), "https://s.example/v1/": auth("you:pw")}})
    assert find(environ, "r.example:5000") == ("me", "a:b")
    assert find(environ, "s.example") == ("you", "pw")
    assert find(environ, "S.EXAMPLE:443") == ("you", "pw")
    for other in ("r.example", "r.example:5001", "x.r.example:5000", "example:5000", "s.example:444", "docker.io"):
        assert find(environ, other) is None


def test_docker_hub_has_many_names(environ: dict[str, str]) -> None:
    config(environ, {"auths": {"https://index.docker.io/v1/": auth("hub:pw")}})
    assert find(environ, "docker.io", "library/debian") == ("hub", "pw")


def test_podman_binds_to_name_spaces_too(environ: dict[str, str]) -> None:
    auths = {"quay.io/org": auth("org:1"), "quay.io": auth("all:2"), "quay.io/org/app": auth("app:3")}
    config(environ, {"auths": auths}, ".config/containers/auth.json")
    assert find(environ, "quay.io", "org/app") == ("app", "3")
    assert find(environ, "quay.io", "org/other") == ("org", "1")
    assert find(environ, "quay.io", "organic/app") == ("all", "2")


def test_order_of_files(environ: dict[str, str], tmp_path: Path) -> None:
    config(environ, {"auths": {"r.example": auth("home:1")}})
    config(environ, {"auths": {"r.example": auth("docker:2")}}, "elsewhere/config.json")
    config(environ, {"auths": {"r.example": auth("podman:3")}}, "auth.json")
    assert find(environ, "r.example") == ("home", "1")
    environ["DOCKER_CONFIG"] = str(tmp_path / "elsewhere")
    assert find(environ, "r.example") == ("docker", "2")
    environ["REGISTRY_AUTH_FILE"] = str(tmp_path / "auth.json")
    assert find(environ, "r.example") == ("podman", "3")
    given = Credential("cli", Secret("4"))
    assert Keyring(environ, given).find("r.example", "a") is given


def test_identity_and_registry_tokens(environ: dict[str, str]) -> None:
    entries = {"r.example": {**auth("u:"), "identitytoken": "refresh"}, "s.example": {"registrytoken": "bearer"}}
    config(environ, {"auths": entries})
    one, other = Keyring(environ).find("r.example", ""), Keyring(environ).find("s.example", "")
    assert one is not None and one.identity_token.reveal() == "refresh"
    assert other is not None and other.registry_token.reveal() == "bearer"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"auths": {"r.example": {"auth": "canary%"}}}',
        "[" * 100_000,
        '"canary',
        '{"a": "' + "x" * 2**20 + '"}',
    ],
)
def test_a_broken_file_is_a_usage_error_and_is_not_quoted(environ: dict[str, str], text: str) -> None:
    config(environ, text)
    with pytest.raises(UsageError) as failure:
        find(environ, "r.example")
    assert "config.json" in failure.value.where
    assert "canary" not in f"{failure.value!r} {failure.value.__cause__!r}"
    assert failure.value.__suppress_context__ or failure.value.__context__ is None


def test_odd_shapes_are_no_credentials(environ: dict[str, str]) -> None:
    for data in (
        {"auths": []},
        {"auths": {"r.example": 1}},
        {"auths": {"r.example": {}}},
        {"credHelpers": {"r.example": 1}},
    ):
        config(environ, data)
        assert find(environ, "r.example") is None


# --- helpers ----------------------------------------------------------------------------------------------------

ANSWER = """cat > "$HOME/asked"; echo '{"ServerURL":"x","Username":"me","Secret":"pw"}'"""


def test_a_helper_of_one_host(environ: dict[str, str]) -> None:
    helper(environ, "vault", ANSWER)
    config(environ, {"credHelpers": {"r.example:5000": "vault"}, "auths": {"s.example": auth("file:1")}})
    assert find(environ, "r.example:5000") == ("me", "pw")
    assert Path(environ["HOME"], "asked").read_text() == "r.example:5000\n"
    assert find(environ, "s.example") == ("file", "1")
    assert find(environ, "r.example") is None


def test_the_store_of_all_hosts(environ: dict[str, str]) -> None:
    helper(environ, "desktop", ANSWER)
    config(environ, {"credsStore": "desktop", "auths": {"https://index.docker.io/v1/": {}}})
    assert find(environ, "docker.io") == ("me", "pw")
    assert Path(environ["HOME"], "asked").read_text() == "https://index.docker.io/v1/\n"


def test_a_helper_may_give_an_identity_token(environ: dict[str, str]) -> None:
    helper(environ, "x", """echo '{"Username":"<token>","Secret":"refresh"}'""")
    config(environ, {"credsStore": "x"})
    found = Keyring(environ).find("r.example", "")
    assert found is not None and found.identity_token.reveal() == "refresh" and not found.password


def test_a_helper_that_knows_nothing_leaves_it_to_the_file(environ: dict[str, str]) -> None:
    helper(environ, "x", "echo 'credentials not found in native keychain'; exit 1")
    config(environ, {"credsStore": "x", "auths": {"r.example": auth("file:1")}})
    assert find(environ, "r.example") == ("file", "1")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo canary; exit 7", "status 7"),
        ("echo canary", "JSON"),
        ("echo '[\"canary\"]'", "JSON object"),
        ("echo '{\"Username\": 1}'", "no user name"),
        ("sleep 60", "in time"),
        ("echo '{}'; exec >&-; sleep 60", "in time"),
        ("exec cat /dev/zero", "too much"),
    ],
)
def test_a_failing_helper_is_trouble_and_not_the_end(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    monkeypatch.setattr(limits, "CREDENTIAL_HELPER_S", 0.5)
    helper(environ, "x", script)
    config(environ, {"credsStore": "x"})
    keyring = Keyring(environ)
    assert keyring.find("r.example", "") is None
    assert reason in keyring.trouble
    assert "canary" not in keyring.trouble


@pytest.mark.parametrize("name", ["", "../../bin/sh", "a b", "x;id", "x\n", "$(id)", "a" * 200, "é"])
def test_helper_names_are_names(environ: dict[str, str], name: str) -> None:
    with pytest.raises(HelperFailed, match="not allowed"):
        ask(name, "r.example", environ)


def test_a_missing_helper_is_said(environ: dict[str, str]) -> None:
    with pytest.raises(HelperFailed, match="not installed"):
        ask("absent", "r.example", environ)
