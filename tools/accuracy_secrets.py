"""Precision and recall of the rules for secrets over the tests' corpus, and other scanners over the same files.

``accuracy_secrets.py [--peers DIRECTORY]``: DIRECTORY is the ``bin`` of an environment with ``kingfisher-bin`` and
``detect-secrets``; they are no part of the development environment.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from scantling.secret.engine import engine
from scantling.secret.ruleset import shipped_rules
from scantling.secret.settings import SecretSettings
from support.secret_corpus import Case, cases


def main() -> int:
    """Print the table; fail where the rules miss a secret."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path)
    peers = parser.parse_args().peers
    corpus = [case for case in cases(shipped_rules()) if case.value or not case.is_secret]
    secrets = sum(case.is_secret for case in corpus)
    print(f"{secrets} secrets and {len(corpus) - secrets} texts without one")
    print("| scanner | found | missed | false alarms | precision | recall | seconds |\n|---|---|---|---|---|---|---|")
    bad = _row("scantling", corpus, _ours)
    if peers is not None:
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            for number, case in enumerate(corpus):
                path = root / str(number) / case.path
                path.parent.mkdir(parents=True)
                path.write_bytes(case.text)
            _row("kingfisher", corpus, lambda _: _kingfisher(peers / "kingfisher", root))
            _row("detect-secrets", corpus, lambda _: _detect_secrets(peers / "detect-secrets", root))
    return 1 if bad else 0


def _row(name: str, corpus: list[Case], find: Callable[[list[Case]], set[int]]) -> int:
    before = time.perf_counter()
    found = find(corpus)
    seconds = time.perf_counter() - before
    true = {number for number, case in enumerate(corpus) if case.is_secret}
    right, missed, wrong = len(found & true), len(true - found), len(found - true)
    precision = right / (right + wrong) if right + wrong else 0.0
    print(f"| {name} | {right} | {missed} | {wrong} | {precision:.3f} | {right / len(true):.3f} | {seconds:.1f} |")
    return missed


def _ours(corpus: list[Case]) -> set[int]:
    ready = engine(SecretSettings())
    return {number for number, case in enumerate(corpus) if ready.scan(case.text, case.path)[0]}


def _kingfisher(program: Path, root: Path) -> set[int]:
    return {int(path.relative_to(root).parts[0]) for path in kingfisher_paths(program, root)}


def kingfisher_paths(program: Path, root: Path) -> set[Path]:
    """The files below ``root`` in which Kingfisher reports something."""
    argv = [program, "scan", root, "--no-validate", "--format", "jsonl", "--no-update-check"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    lines = (json.loads(line) for line in done.stdout.splitlines() if line.startswith(("{", "[")))
    return {Path(path) for line in lines for path in _paths(line) if path.startswith(str(root))}


def _paths(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {text for key, text in value.items() if key in {"path", "file", "file_path"} and isinstance(text, str)}
        return own.union(*(_paths(inner) for inner in value.values()))
    return set().union(*map(_paths, value)) if isinstance(value, list) else set()


def _detect_secrets(program: Path, root: Path) -> set[int]:
    # it names files from where it stands
    done = subprocess.run([program, "scan", "--all-files", "."], cwd=root, capture_output=True, text=True, check=False)
    return {int(Path(name).parts[0]) for name in json.loads(done.stdout)["results"]}


if __name__ == "__main__":
    sys.exit(main())
