"""What was installed on request, as package managers note it apart from their database of packages.

- apt: ``var/lib/apt/extended_states`` has ``Auto-Installed: 1`` for what was pulled in; everything else counts as asked
  for, as ``apt-mark showmanual`` says it (apt-mark(8)).
- apk: ``etc/apk/world`` has what was asked for (apk-world(5)); everything else was pulled in.
- dnf5: ``packages.toml`` of libdnf5's system state (dnf5-system-state(7)) has the reason for each NAME.ARCH.

They name no packages of their own: without them, nothing is missing from the inventory. One that cannot be read is
therefore no gap; who asked is then not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scantling.analyze.language._json import mapping, text
from scantling.analyze.language._toml import load_table
from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts

APT, APK, DNF = "apt-marks", "apk-world", "dnf-reasons"
_APT_PATH = "var/lib/apt/extended_states"
_AUTO = re.compile(rb"^Auto-Installed:[ \t]*1[ \t]*$", re.MULTILINE | re.IGNORECASE)
_PACKAGE = re.compile(rb"^Package:[ \t]*([A-Za-z0-9][A-Za-z0-9+.-]{0,255})[ \t]*$", re.MULTILINE | re.IGNORECASE)
_WANTED = re.compile(rb"([^\s!<>=~@][^\s<>=~@]{0,255})\S{0,255}")  # "nginx", "nginx=1.2", "nginx@edge", "so:libz.so.1"
_ASKED, _PULLED_IN = frozenset({"user", "group", "external user"}), frozenset({"dependency", "weak dependency"})


def extract_apt(file: FileView) -> Iterable[Extracted]:
    """The packages that apt pulled in."""
    stanzas = file.data.replace(b"\r\n", b"\n").split(b"\n\n")
    names = (_PACKAGE.search(stanza) for stanza in stanzas if _AUTO.search(stanza))
    return [_facts(file, APT, pulled_in=(match[1].decode() for match in names if match is not None))]


def extract_apk(file: FileView) -> Iterable[Extracted]:
    """The packages of the world."""
    matches = map(_WANTED.fullmatch, file.data.split())
    return [_facts(file, APK, asked=(match[1].decode("utf-8", "replace") for match in matches if match is not None))]


def extract_dnf(file: FileView) -> Iterable[Extracted]:
    """The packages with a reason that tells."""
    try:
        packages = mapping(load_table(file.data).get("packages"))
    except Malformed:
        return []
    reasons = {key.rpartition(".")[0]: text(mapping(value).get("reason")).lower() for key, value in packages.items()}
    asked = (name for name, reason in reasons.items() if reason in _ASKED)
    return [_facts(file, DNF, asked, (name for name, reason in reasons.items() if reason in _PULLED_IN))]


def _facts(file: FileView, analyzer: str, asked: Iterable[str] = (), pulled_in: Iterable[str] = ()) -> FileFacts:
    most = limits.PACKAGES_PER_FILE
    return FileFacts(
        file.path, analyzer, asked=tuple(sorted(set(asked))[:most]), pulled_in=tuple(sorted(set(pulled_in))[:most])
    )


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(APT, 1, Wants(paths=frozenset({_APT_PATH})), extract_apt, max_bytes=64 * 1024 * 1024),
    Analyzer(APK, 1, Wants(paths=frozenset({"etc/apk/world"})), extract_apk, max_bytes=4 * 1024 * 1024),
    Analyzer(
        DNF,
        1,
        Wants(paths=frozenset({"usr/lib/sysimage/libdnf5/packages.toml"})),
        extract_dnf,
        max_bytes=limits.TOML_BYTES,
    ),
)
