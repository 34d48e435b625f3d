"""Expected findings of language packages straight from OSV's exports. Shares no code with the product: versions are
compared by the ecosystem's own program, advisories read with the standard library and judged by OSV's own algorithm."""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import random
import re
import shutil
import subprocess
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, cmp_to_key
from pathlib import Path
from typing import Any

Compare = Callable[[list[tuple[str, str]]], list[int]]
Block = dict[str, Any]
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+){1,3}")


@cache
def advisories(feeds: Path, ecosystem: str) -> dict[str, list[tuple[str, Block]]]:
    """By package, folded to lower case where the registry does: (record id, affected block) of every live record."""
    found: dict[str, list[tuple[str, Block]]] = defaultdict(list)
    with zipfile.ZipFile(feeds / "osv" / ecosystem / "all.zip") as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".json"):
                continue
            record = json.loads(archive.read(name))
            for block in record.get("affected", ()):
                package = block.get("package", {})
                notice = (block.get("database_specific") or {}).get("informational")  # RustSec's "unmaintained"
                if package.get("ecosystem") == ecosystem and not record.get("withdrawn") and not notice:
                    key = package["name"].lower() if ecosystem in {"Packagist", "NuGet"} else package["name"]
                    found[key].append((record["id"], block))
    return dict(found)


def draw(table: dict[str, list[tuple[str, Block]]], count: int, below: str) -> list[tuple[str, str]]:
    """``count`` (package, version) pairs: just below, exactly at and just above one end of one of its ranges."""
    chance = random.Random(20261123)
    drawn = []
    names = sorted(name for name in table if _bounds(table[name]))
    for number, name in enumerate(chance.sample(names, min(count, len(names)))):
        bound = chance.choice(_bounds(table[name]))
        drawn.append((name, (bound + below, bound, _next(bound))[number % 3]))
    return drawn


def _next(bound: str) -> str:
    head, dot, last = bound.rpartition(".")
    return f"{head}{dot}{int(last) + 1}"


def _bounds(blocks: Iterable[tuple[str, Block]]) -> list[str]:
    found = {text for _, block in blocks for range_ in _ranges(block) for _, text in range_}
    return sorted(text for text in found if _PLAIN.fullmatch(text))


def _ranges(block: Block) -> list[list[tuple[str, str]]]:
    return [
        [pair for event in range_["events"] for pair in event.items()]
        for range_ in block.get("ranges", ())
        if range_["type"] != "GIT"
    ]


def expected(
    table: dict[str, list[tuple[str, Block]]], drawn: list[tuple[str, str]], compare: Compare
) -> set[tuple[str, str, str]]:
    """(package, version, record id) triples that the export calls affected."""
    asked: set[tuple[str, str]] = set()
    for name, version in drawn:
        for _, block in table[name]:
            for range_ in _ranges(block):
                texts = [version, *(text for _, text in range_ if text != "0")]
                asked.update((a, b) for a in texts for b in texts)
            asked.update((version, listed) for listed in block.get("versions", ()))
    pairs = sorted(asked)
    order = dict(zip(pairs, compare(pairs), strict=True))
    return {
        (name, version, identity)
        for name, version in drawn
        for identity, block in table[name]
        if any(_inside(range_, version, order) for range_ in _ranges(block))
        or any(version == listed or order[version, listed] == 0 for listed in block.get("versions", ()))
    }


def _inside(range_: list[tuple[str, str]], version: str, order: dict[tuple[str, str], int]) -> bool:
    """The specification's evaluation: events in order of version, the last one at or below ours decides."""
    rank = {"fixed": 0, "introduced": 1, "last_affected": 2}

    def step(one: tuple[str, str], other: tuple[str, str]) -> int:
        if "0" in (one[1], other[1]) and one[1] != other[1]:
            return -1 if one[1] == "0" else 1
        return (order[one[1], other[1]] if one[1] != "0" else 0) or rank[one[0]] - rank[other[0]]

    inside = False
    for kind, text in sorted((pair for pair in range_ if pair[0] in rank), key=cmp_to_key(step)):
        at = 1 if text == "0" else order[version, text]
        if kind == "introduced" and at >= 0:
            inside = True
        elif (kind == "fixed" and at >= 0) or (kind == "last_affected" and at > 0):
            inside = False
    return inside


def _asked(command: list[str], pairs: list[tuple[str, str]]) -> list[int]:
    done = subprocess.run(command, input=json.dumps(pairs), capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


def composer(pairs: list[tuple[str, str]]) -> list[int]:
    """Composer's own Comparator, of versions in the form that its VersionParser gives them."""
    program = (
        'require "Composer/Semver/autoload.php"; use Composer\\Semver\\Comparator as C;'
        " $p = new Composer\\Semver\\VersionParser; $o = [];"
        " foreach (json_decode(stream_get_contents(STDIN)) as [$a, $b]) {"
        " $a = $p->normalize($a); $b = $p->normalize($b);"
        " $o[] = C::equalTo($a, $b) ? 0 : (C::lessThan($a, $b) ? -1 : 1); } echo json_encode($o);"
    )
    return _asked(["php", "-r", program], pairs)


def ruby(pairs: list[tuple[str, str]]) -> list[int]:
    """RubyGems' own Gem::Version."""
    program = (
        'require "json"; puts JSON.generate(JSON.parse(STDIN.read).map { |a, b| Gem::Version.new(a) <=> '
        "Gem::Version.new(b) })"
    )
    return _asked(["ruby", "-e", program], pairs)


def semver(pairs: list[tuple[str, str]]) -> list[int]:
    """npm's own semver, for crates.io: both are Semantic Versioning 2.0.0."""
    root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=True).stdout.strip()
    program = (
        "const s=require(process.argv[1]);console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0))"
        ".map(([a,b])=>s.compare(a,b))))"
    )
    return _asked(["node", "-e", program, f"{root}/npm/node_modules/semver"], pairs)


def elixir(pairs: list[tuple[str, str]]) -> list[int]:
    """Elixir's own Version.compare; one pair a line, since Elixir 1.14 has no JSON."""
    program = (
        "IO.stream() |> Enum.each(fn line -> [a, b] = String.split(line); "
        "IO.puts(case Version.compare(a, b) do :lt -> -1; :eq -> 0; :gt -> 1 end) end)"
    )
    lines = "".join(f"{a} {b}\n" for a, b in pairs)
    done = subprocess.run(["elixir", "-e", program], input=lines, capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split()]


def r(pairs: list[tuple[str, str]]) -> list[int]:
    """R's own compareVersion."""
    program = (
        "p <- read.table(file('stdin'), colClasses='character'); "
        "cat(mapply(function(a, b) utils::compareVersion(a, b), p[[1]], p[[2]]), sep='\\n')"
    )
    lines = "".join(f"{a} {b}\n" for a, b in pairs)
    done = subprocess.run(["Rscript", "-e", program], input=lines, capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split()]


def pacman(pairs: list[tuple[str, str]]) -> list[int]:
    """pacman's own alpm_pkg_vercmp, from its library."""
    library = ctypes.CDLL(ctypes.util.find_library("alpm") or "libalpm.so")
    library.alpm_pkg_vercmp.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    return [library.alpm_pkg_vercmp(a.encode(), b.encode()) for a, b in pairs]


def numbers(pairs: list[tuple[str, str]]) -> list[int]:
    """Haskell's Version: lists of numbers."""
    keys = [tuple([int(part) for part in text.split(".")] for text in pair) for pair in pairs]
    return [(a > b) - (a < b) for a, b in keys]


def nuget(pairs: list[tuple[str, str]]) -> list[int]:
    """univers' NugetVersion, of which only "<" is to be trusted."""
    from univers.versions import NugetVersion

    keys = [(NugetVersion(a), NugetVersion(b)) for a, b in pairs]
    return [(b < a) - (a < b) for a, b in keys]


def is_there(program: str) -> bool:
    return shutil.which(program) is not None
