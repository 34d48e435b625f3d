"""Haskell: stack.yaml.lock, stack.yaml, cabal.project.freeze and GHC's databases of installed packages.

Sources: the Stack user guide ("Lock files", "extra-deps"), the Cabal user guide ("cabal freeze"), GHC's user guide
("Package databases"). Lock files are ``declared``. A Stack snapshot's own packages stand in neither of its files: a
``Gap`` that does not block says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._declared import Declared
from ._identity import problem
from ._json import mapping, text
from ._yaml import load_mapping

_LOCK_ID, _STACK_ID, _FREEZE_ID, _GHC_ID = "stack-lock", "stack-yaml", "cabal-freeze", "ghc-package"
_RELEASE = re.compile(r"([A-Za-z0-9]+(?:-[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*)*)-([0-9]+(?:\.[0-9]+)*)(?:[@/].*)?")
_FROZEN = re.compile(r"(?:any\.)?([A-Za-z0-9][A-Za-z0-9-]*)[ \t]*==[ \t]*([0-9.]+)")
_FIELD = re.compile(r"^(name|version|license):[ \t]*([^\n]*)$", re.MULTILINE)
_LONGEST = limits.PACKAGE_NAME_CHARS + limits.VERSION_CHARS


def extract_lock(file: FileView) -> Iterator[Extracted]:
    """The packages that stack.yaml asks for beyond its snapshot, as they were resolved."""
    lock = load_mapping(file.data)
    if "packages" not in lock and "snapshots" not in lock:
        raise Malformed("no packages")
    found = Declared("hackage", file.path, _LOCK_ID)
    packages = lock.get("packages")
    for each in packages if isinstance(packages, list) else []:
        done = mapping(mapping(each).get("completed"))
        _add(found, text(done.get("hackage")), text(done.get("name")), text(done.get("version")))
    snapshots = lock.get("snapshots")
    if isinstance(snapshots, list) and snapshots:
        reason = "the packages of the Stack snapshot that it builds on are not named in it"
        yield Gap("partial-manifest", file.path, reason, blocks=False)
    yield from found.results()


def extract_stack(file: FileView) -> Iterator[Extracted]:
    """The ``extra-deps`` of stack.yaml that name a release."""
    extra = load_mapping(file.data).get("extra-deps")
    found = Declared("hackage", file.path, _STACK_ID)
    for each in extra if isinstance(extra, list) else []:
        if isinstance(each, str) and _release(each) is not None:
            _add(found, each, "", "")
    yield from found.results()


def _release(written: str) -> tuple[str, str] | None:
    if len(written) > _LONGEST:
        return None
    match = _RELEASE.fullmatch(written)
    return (match[1], match[2]) if match is not None else None


def _add(found: Declared, hackage: str, name: str, version: str) -> None:
    release = _release(hackage)
    if release is not None:
        name, version = release
    found.add(name or hackage[:_LONGEST], version)


def extract_freeze(file: FileView) -> Iterator[Extracted]:
    """The packages whose version cabal.project.freeze pins; flags of packages are passed over."""
    source = file.data.decode("utf-8-sig", "replace")
    lines = [line for line in source.splitlines() if not line.lstrip().startswith("--")]
    if not any(line.lstrip().startswith("constraints:") for line in lines):
        raise Malformed("no constraints")
    found = Declared("hackage", file.path, _FREEZE_ID)
    for constraint in " ".join(lines).replace("constraints:", ",").split(","):
        if match := _FROZEN.match(constraint.strip()[: 2 * _LONGEST]):
            found.add(match[1], match[2])
    yield from found.results()


def extract_installed(file: FileView) -> Iterator[Extracted]:
    """The package that ``package.conf.d/NAME-VERSION.conf`` registers."""
    folder = file.path.rpartition("/")[0].rpartition("/")[2]
    if folder not in {"package.conf.d", "package.db"}:
        return
    source = file.data.decode("utf-8", "replace").replace("\r\n", "\n")
    fields: dict[str, str] = {}
    for key, value in _FIELD.findall(source):
        fields.setdefault(key, value.strip())
    name, version = fields.get("name", ""), fields.get("version", "")
    if name.startswith("z-") or "lib-name:" in source:
        return  # a library inside a package, which is registered too
    if wrong := problem(name, version):
        raise Malformed(f"GHC package: {wrong}")
    licence = fields.get("license", "")
    fact = PackageFact(
        "hackage", name, version, licenses=(licence,) if licence and len(licence) <= limits.FIELD_CHARS else ()
    )
    yield FileFacts(file.path, _GHC_ID, (fact,))


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_LOCK_ID, 1, Wants(names=frozenset({"stack.yaml.lock"})), extract_lock, max_bytes=limits.YAML_BYTES),
    Analyzer(_STACK_ID, 1, Wants(names=frozenset({"stack.yaml"})), extract_stack, max_bytes=limits.YAML_BYTES),
    Analyzer(
        _FREEZE_ID, 1, Wants(names=frozenset({"cabal.project.freeze"})), extract_freeze, max_bytes=16 * limits.MIB
    ),
    Analyzer(
        _GHC_ID,
        1,
        Wants(globs=("*package.conf.d/*.conf", "*package.db/*.conf")),
        extract_installed,
        max_bytes=16 * limits.MIB,
    ),
)
