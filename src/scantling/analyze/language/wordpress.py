"""WordPress: its own version, plugins and themes, from the headers that WordPress itself reads.

Source: WordPress' developer handbook ("Header Requirements", "Main Stylesheet") and ``get_file_data``: a line
"Plugin Name: ..." in the first 8 KiB of a PHP file directly in ``wp-content/plugins`` or in one of its directories.
A plugin is named by its directory, which is its name at wordpress.org. Nothing says where it came from, and OSV has no
advisories for plugins: they are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem

_CORE_ID, _PLUGIN_ID, _THEME_ID = "wordpress-core", "wordpress-plugin", "wordpress-theme"
_HEAD_BYTES = 8 * limits.KIB
_CORE = re.compile(rb"^\$wp_version[ \t]{0,8}=[ \t]{0,8}['\"]([^'\"\n]{1,64})['\"]", re.MULTILINE)
_FIELD = re.compile(
    r"^(?:[ \t]{0,8}<\?php)?[ \t/*#@]{0,40}(Plugin Name|Theme Name|Version|License):([^\r\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_END = re.compile(r"[ \t]*(?:\*/|\?>).*")
_LICENSE_CHARS = 100


def extract_core(file: FileView) -> Iterator[Extracted]:
    """WordPress, from wp-includes/version.php."""
    match = _CORE.search(file.data[: 4 * _HEAD_BYTES])
    if match is None:
        raise Malformed("no $wp_version")
    fact = PackageFact("wordpress", "wordpress", match[1].decode("utf-8", "replace"), licenses=("GPL-2.0-or-later",))
    yield FileFacts(file.path, _CORE_ID, (fact,))


def extract_plugin(file: FileView) -> Iterator[Extracted]:
    """The plugin whose main file this is; any other PHP file has no header."""
    inside = f"/{file.path}".rpartition("/wp-content/plugins/")[2]
    if inside.count("/") > 1 or inside == f"/{file.path}":
        return
    fields = _fields(file.data)
    if "plugin name" not in fields:
        return
    slug = inside.partition("/")[0].removesuffix(".php")
    yield from _facts(file.path, _PLUGIN_ID, f"plugin/{slug}", fields)


def extract_theme(file: FileView) -> Iterator[Extracted]:
    """The theme whose style sheet this is."""
    inside = f"/{file.path}".rpartition("/wp-content/themes/")[2]
    if inside.count("/") != 1:
        return
    fields = _fields(file.data)
    if "theme name" in fields:
        yield from _facts(file.path, _THEME_ID, f"theme/{inside.partition('/')[0]}", fields)


def _fields(data: bytes) -> dict[str, str]:
    head = data[:_HEAD_BYTES].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    fields: dict[str, str] = {}
    for key, value in _FIELD.findall(head):
        fields.setdefault(key.lower(), _END.sub("", value).strip())
    return fields


def _facts(path: str, analyzer: str, name: str, fields: dict[str, str]) -> Iterator[Extracted]:
    version = fields.get("version", "")
    if wrong := problem(name, version):
        raise Malformed(f"{name[:60]}: {wrong}")
    licence = fields.get("license", "")
    yield FileFacts(
        path,
        analyzer,
        (PackageFact("wordpress", name, version, licenses=(licence,) if 0 < len(licence) <= _LICENSE_CHARS else ()),),
    )


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_CORE_ID, 1, Wants(suffixes=("wp-includes/version.php",)), extract_core, max_bytes=limits.MIB),
    Analyzer(_PLUGIN_ID, 1, Wants(globs=("*wp-content/plugins/*.php",)), extract_plugin, max_bytes=16 * limits.MIB),
    Analyzer(_THEME_ID, 1, Wants(globs=("*wp-content/themes/*/style.css",)), extract_theme, max_bytes=16 * limits.MIB),
)
