"""Elixir and Erlang: ``mix.lock``, ``rebar.lock`` and the applications that are installed (``ebin/NAME.app``).

Sources: Mix's manual and ``Hex.Lock``, rebar3's ``rebar_config:write_lock_file`` (a list of tuples until rebar 3.0,
``{"1.1.0", [...]}`` and ``{"1.2.0", [...]}`` with hashes behind it since), Erlang's app(4). A lock file's facts are
``declared``; what it takes from a repository has no version and is named in a ``Gap`` that does not block.

An application's file does not say where it came from. Those that Erlang/OTP and Elixir themselves consist of are of
type "otp", for which there are no advisories; every other one is reported as the Hex package of its name, which is
what a release (``lib/phoenix-1.7.1/ebin/phoenix.app``) holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._declared import Declared
from ._identity import problem
from ._terms import MAP, Term, items, load_terms, text

_MIX_ID, _REBAR_ID, _APP_ID = "mix-lock", "rebar-lock", "otp-app"
_DEPENDENCIES_OF_DEPENDENCIES = "/deps/"  # where both tools unpack what they fetch, with each one's own lock file
_SHOWN = 5
_OF_OTP = frozenset((
    "asn1", "common_test", "compiler", "cosEvent", "cosEventDomain", "cosFileTransfer", "cosNotification",
    "cosProperty", "cosTime", "cosTransactions", "crypto", "debugger", "dialyzer", "diameter", "edoc", "eldap",
    "erl_docgen", "erl_interface", "erts", "et", "eunit", "ftp", "gs", "hipe", "ic", "inets", "jinterface", "kernel",
    "megaco", "mnesia", "observer", "odbc", "orber", "os_mon", "ose", "otp_mibs", "parsetools", "percept", "public_key",
    "reltool", "runtime_tools", "sasl", "snmp", "ssh", "ssl", "stdlib", "syntax_tools", "test_server", "tftp", "tools",
    "typer", "webtool", "wx", "xmerl", "eex", "elixir", "ex_unit", "iex", "logger", "mix",
))  # fmt: skip


def extract_mix(file: FileView) -> Iterator[Extracted]:
    """Every Hex package of a mix.lock."""
    if _DEPENDENCIES_OF_DEPENDENCIES in f"/{file.path}":
        return
    terms = load_terms(file.data)
    if len(terms) != 1 or not isinstance(terms[0], list) or terms[0][:1] != [MAP]:
        raise Malformed("not one map")
    found = Declared("hex", file.path, _MIX_ID)
    loose: list[str] = []
    pairs = items(terms[0])
    for key, value in zip(pairs[::2], pairs[1::2], strict=False):
        entry = items(value)
        where = text(entry[0]) if entry else ""
        if where == "hex" and len(entry) > 2:
            needs = (text(items(each)[0]) for each in items(entry[5] if len(entry) > 5 else None) if items(each))
            found.add(_of_repository(text(entry[1]), entry[6:7]), text(entry[2]), depends=needs)
        elif where == "package" and len(entry) > 1:  # Hex before 0.8
            found.add(text(key), text(entry[1]))
        elif where in {"git", "path"}:
            loose.append(text(key))
        else:
            raise Malformed(f"{text(key)[:60]}: not a dependency that Mix writes")
    if len(pairs) % 2:
        raise Malformed("a key without a value")
    yield from _loose(file.path, loose)
    yield from found.results()


def _of_repository(name: str, repository: list[Term]) -> str:
    """An organisation's own packages ("hexpm:acme") are not the public ones of the same name."""
    _, colon, organisation = text(repository[0] if repository else None).partition(":")
    return f"{organisation}/{name}" if colon else name


def extract_rebar(file: FileView) -> Iterator[Extracted]:
    """Every Hex package of a rebar.lock."""
    if _DEPENDENCIES_OF_DEPENDENCIES in f"/{file.path}" or "/_build/" in f"/{file.path}":
        return
    terms = load_terms(file.data)
    if not terms:
        raise Malformed("no locks")
    locks = items(terms[0])
    if len(locks) == 2 and isinstance(locks[0], str):
        if locks[0] not in {"1.1.0", "1.2.0"}:
            raise Malformed(f"version {locks[0][:20]} is not known")
        locks = items(locks[1])
    found = Declared("hex", file.path, _REBAR_ID)
    loose: list[str] = []
    for lock in locks:
        parts = items(lock)
        source = items(parts[1]) if len(parts) > 1 else []
        name = text(parts[0]) if parts else ""
        where = text(source[0]) if source else ""
        if where == "pkg" and len(source) > 2:
            found.add(text(source[1]), text(source[2]))
        elif where == "pkg" or not name or not where:
            raise Malformed(f"{name[:60]}: not a dependency that rebar3 writes")
        else:
            loose.append(name)
    yield from _loose(file.path, loose)
    yield from found.results()


def _loose(path: str, names: list[str]) -> Iterator[Gap]:
    if names:
        named = ", ".join(name[:60] for name in names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
        reason = f"{len(names)} dependencies from a repository or a directory, without a version: {named}"
        yield Gap("partial-manifest", path, reason, blocks=False)


def extract_app(file: FileView) -> Iterator[Extracted]:
    """The application that an ``ebin/NAME.app`` describes."""
    if file.path.split("/")[-2:-1] != ["ebin"]:
        return
    terms = load_terms(file.data)
    parts = items(terms[0]) if terms else []
    if len(parts) != 3 or text(parts[0]) != "application":
        raise Malformed("not an application")
    name = text(parts[1])
    fields = {text(pair[0]): pair[1] for pair in map(items, items(parts[2])) if len(pair) == 2}
    version = text(fields.get("vsn"))
    if wrong := problem(name, version):
        raise Malformed(f"application: {wrong}")
    needs = {text(each) for each in items(fields.get("applications"))} - {"", *_OF_OTP}
    type_ = "otp" if name in _OF_OTP else "hex"
    fact = PackageFact(type_, name, version, depends=tuple(sorted(needs)[: limits.DEPENDS_PER_PACKAGE]))
    yield FileFacts(file.path, _APP_ID, (fact,))


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_MIX_ID, 1, Wants(names=frozenset({"mix.lock"})), extract_mix, max_bytes=16 * limits.MIB),
    Analyzer(_REBAR_ID, 1, Wants(names=frozenset({"rebar.lock"})), extract_rebar, max_bytes=16 * limits.MIB),
    Analyzer(_APP_ID, 1, Wants(globs=("*ebin/*.app",)), extract_app, max_bytes=16 * limits.MIB),
)
