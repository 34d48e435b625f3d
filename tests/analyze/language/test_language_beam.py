"""mix.lock, rebar.lock and installed applications. Oracles: Elixir and Erlang, which read the same files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from support.language_facts import analyze, named

HASH = "0" * 64
MIX = f"""%{{
  "bunt": {{:hex, :bunt, "1.0.0", "{HASH}", [:mix], [], "hexpm", "{HASH}"}},
  "credo": {{:hex, :credo, "1.7.0-rc.1", "{HASH}", [:mix], [{{:bunt, "~> 0.2.1 or ~> 1.0", [hex: :bunt, repo: "hexpm", optional: false]}}, {{:"odd-name", ">= 0.0.0", [hex: :"odd-name", repo: "hexpm", optional: true]}}], "hexpm", "{HASH}"}},
  "inner": {{:hex, :inner, "0.1.0", "{HASH}", [:mix], [], "hexpm:acme", "{HASH}"}},
  "plug": {{:git, "https://example.org/plug.git", "0123456789abcdef", [tag: "v1.11.0"]}},
  "renamed": {{:hex, :plug_cowboy, "2.0.0", "{HASH}", [:rebar3], [], "hexpm"}},
}}
"""  # noqa: E501
OLD_MIX = '%{"cowboy": {:package, "1.0.0"},\n  "plug": {:hex, :plug, "0.13.0"}}\n'
REBAR = """{"1.2.0",
[{<<"cowboy">>,{pkg,<<"cowboy">>,<<"2.7.0">>},0},
 {<<"graphql">>,
  {git,"https://example.org/graphql-erlang.git",
       {ref,"fc76a2df7d1ddcf8bcc3bb46363e7ca8fca80939"}},
  0},
 {<<"ranch">>,{pkg,<<"ranch">>,<<"1.7.1">>},1}]}.
[
{pkg_hash,[
 {<<"cowboy">>, <<"91ED">>},
 {<<"ranch">>, <<"6B1F">>}]}
].
"""
APP = """%% This is the -*- erlang -*- application resource file.
{application, 'phoenix',
 [{description, "Peace of mind from prototype to \\"production\\""},
  {vsn, "1.7.2"},
  {modules, ['Elixir.Phoenix', phoenix_app]},
  {registered, []},
  {applications, [kernel, stdlib, elixir, logger, plug]},
  {mod, {'Elixir.Phoenix', []}},
  {env, [{char, $a}, {number, -1.5}, {bin, <<"x">>}, {map, []}]}]}.
"""


def test_mix_lock_of_today() -> None:
    packages, gaps = analyze("srv/mix.lock", MIX.encode())
    assert [(p.name, p.version) for p in packages] == [
        ("acme/inner", "0.1.0"), ("bunt", "1.0.0"), ("credo", "1.7.0-rc.1"), ("plug_cowboy", "2.0.0"),
    ]  # fmt: skip
    assert packages[2].depends == ("bunt", "odd-name")
    assert all(p.type == "hex" and p.declared for p in packages)
    assert [(g.what, g.blocks) for g in gaps] == [("partial-manifest", False)]
    assert "plug" in gaps[0].reason


def test_mix_lock_before_hex_had_hashes() -> None:
    assert named("mix.lock", OLD_MIX.encode()) == [("cowboy", "1.0.0"), ("plug", "0.13.0")]


def test_an_empty_mix_lock() -> None:
    assert analyze("mix.lock", b"%{\n}\n") == ([], [])


@pytest.mark.parametrize("head", ['{"1.1.0",\n', '{"1.2.0",\n', ""], ids=["1.1.0", "1.2.0", "without a version"])
def test_rebar_lock(head: str) -> None:
    body = REBAR.partition("\n")[2]
    data = head + body if head else body.replace("1}]}.", "1}].").partition("\n[\n")[0] + "\n"
    packages, gaps = analyze("srv/rebar.lock", data.encode())
    assert [(p.name, p.version) for p in packages] == [("cowboy", "2.7.0"), ("ranch", "1.7.1")]
    assert [(g.what, g.blocks) for g in gaps] == [("partial-manifest", False)]


def test_the_lock_file_of_a_fetched_dependency_says_nothing() -> None:
    assert analyze("srv/deps/plug/mix.lock", MIX.encode()) == ([], [])
    assert analyze("srv/_build/default/lib/cowboy/rebar.lock", REBAR.encode()) == ([], [])


def test_an_application_of_a_release() -> None:
    (package,), gaps = analyze("app/lib/phoenix-1.7.2/ebin/phoenix.app", APP.encode())
    assert not gaps
    assert (package.type, package.name, package.version, package.depends) == ("hex", "phoenix", "1.7.2", ("plug",))
    assert not package.declared


def test_an_application_of_erlang_itself() -> None:
    (package,), _ = analyze("usr/lib/erlang/lib/ssl-10.8/ebin/ssl.app", b'{application,ssl,[{vsn,"10.8"}]}.')
    assert (package.type, package.name, package.version) == ("otp", "ssl", "10.8")


def test_an_app_elsewhere_is_not_erlangs() -> None:
    assert analyze("Applications/Some.app", b"\0\1\2") == ([], [])


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("mix.lock", b""),
        ("mix.lock", b"[]"),
        ("mix.lock", MIX.encode()[:300]),
        ("mix.lock", b'%{"a": {:hex, :a, "1"}'),
        ("mix.lock", b'%{"a": 1}'),
        ("mix.lock", b"%{" + b"[" * 100_000),
        ("mix.lock", b'%{"a": System.halt()}'),
        ("rebar.lock", b""),
        ("rebar.lock", b'{"9.9.9",[]}.'),
        ("rebar.lock", REBAR.encode()[:60]),
        ("rebar.lock", b"[{<<1,2>>]."),
        ("x/ebin/x.app", b"{application,x,[{vsn,[]}]}."),
        ("x/ebin/x.app", b"{application,x}."),
        ("x/ebin/x.app", APP.encode()[:120]),
    ],
)
def test_what_is_damaged_or_no_such_file_is_a_gap(path: str, data: bytes) -> None:
    packages, gaps = analyze(path, data)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]


@pytest.mark.debian
@pytest.mark.skipif(shutil.which("elixir") is None, reason="elixir is not installed")
def test_elixir_reads_the_same_out_of_a_mix_lock(tmp_path: Path) -> None:
    (tmp_path / "mix.lock").write_text(MIX)
    script = (
        '{map, _} = Code.eval_file("mix.lock"); '
        'for {_, v} <- map, elem(v, 0) == :hex, do: IO.puts("#{elem(v, 1)} #{elem(v, 2)}")'
    )
    done = subprocess.run(["elixir", "-e", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    theirs = sorted(tuple(line.split()) for line in done.stdout.splitlines())
    assert theirs == sorted((name.rpartition("/")[2], v) for name, v in named("mix.lock", MIX.encode()))


@pytest.mark.debian
@pytest.mark.skipif(shutil.which("erl") is None, reason="erlang is not installed")
def test_erlang_names_its_own_applications_so() -> None:
    script = '[io:format("~s ~s~n", [element(1, A), element(3, A)]) || A <- application:loaded_applications()], halt().'
    boot = "[application:load(A) || A <- [asn1, crypto, inets, mnesia, public_key, sasl, ssl, tools]], "
    done = subprocess.run(
        ["erl", "-noshell", "-eval", boot + script], capture_output=True, text=True, check=True, timeout=60
    )
    theirs = sorted(tuple(line.split()) for line in done.stdout.splitlines())
    assert len(theirs) >= 10
    root = Path("/usr/lib/erlang/lib")
    ours = []
    for name, version in theirs:
        path = f"usr/lib/erlang/lib/{name}-{version}/ebin/{name}.app"
        packages, gaps = analyze(path, (root / f"{name}-{version}" / "ebin" / f"{name}.app").read_bytes())
        assert not gaps
        assert [p.type for p in packages] == ["otp"]
        ours += [(p.name, p.version) for p in packages]
    assert ours == theirs
