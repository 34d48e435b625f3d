"""Interpreters, servers and libraries often compiled into an image from source, and how each tells its version.

``files`` is a pattern of the whole base name. ``name`` is the package's, type ``generic``: where Bitnami's advisories
speak of the same software they are looked up by it (``db.feeds.bitnami``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .markers import Marker, after, before, python, redis, whole_text


@dataclass(frozen=True, slots=True)
class Program:
    """One kind of software. ``markers`` are tried in order; the first that finds anything decides."""

    name: str
    files: re.Pattern[str]
    markers: tuple[Marker, ...]


def _program(name: str, files: str, *markers: Marker) -> Program:
    return Program(name, re.compile(files), markers)


_SO = r"(?:-[0-9a-f]{6,10})?\.so(?:\.[0-9]{1,4}){0,4}"
_THREE = rb"([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})"
_OPENSSL = (
    rb"([0-9]\.[0-9]{1,2}\.[0-9]{1,2}(?:[a-z]{1,2}|-[a-z]{2,6}[0-9]{0,2})?)(?:-fips)?  ?[0-9]{1,2} [A-Z][a-z]{2} 20"
)
_PHP = _THREE[:-1] + rb"(?:(?:alpha|beta|RC)[0-9]{1,2})?)"
_RUBY = _THREE[:-1] + rb"(?:(?:preview|rc)[0-9]{1,2})?)(?:p[0-9]{1,4}|dev)? \("
_LIB_OR_PROGRAM = r"(?:{0}|lib{0}{1})"

PROGRAMS: tuple[Program, ...] = (
    _program("python", rf"python[23]\.[0-9]{{1,2}}[dmu]{{0,2}}|libpython[23]\.[0-9]{{1,2}}[dmtu]{{0,2}}{_SO}", python),
    _program("node", rf"node|nodejs|libnode{_SO}", after(b"node.js/v", b"nodejs.org/download/release/v")),
    _program("openssl", rf"openssl|lib(?:crypto|ssl){_SO}", after(b"OpenSSL ", pattern=_OPENSSL)),
    _program("libressl", rf"openssl|lib(?:crypto|ssl){_SO}", after(b"LibreSSL ")),
    _program("ruby", rf"ruby[0-9.]{{0,5}}|libruby[0-9.-]{{0,6}}{_SO}", after(b"ruby ", pattern=_RUBY)),
    _program(
        "php",
        rf"php[0-9.]{{0,5}}|php-?fpm[0-9.]{{0,5}}|php-cgi[0-9.]{{0,5}}|libphp[0-9.]{{0,5}}{_SO}",
        after(b"X-Powered-By: PHP/", pattern=_PHP),
    ),
    _program("perl", rf"perl[0-9.]{{0,8}}|libperl{_SO}", whole_text(b"v5.", rb"v(5\.[0-9]{1,2}\.[0-9]{1,2})")),
    _program("nginx", r"nginx(?:-debug)?", after(b"nginx version: nginx/")),
    _program("openresty", r"nginx|openresty", after(b"nginx version: openresty/", pattern=rb"([0-9]+(?:\.[0-9]+){3})")),
    _program("httpd", r"httpd|apache2", after(b"Apache/", pattern=_THREE + rb"[ \0]")),
    _program("valkey", r"valkey-(?:server|check-rdb|check-aof|sentinel)", redis),
    _program("redis", r"redis-(?:server|check-rdb|check-aof|sentinel)", redis),
    _program("memcached", r"memcached", after(b"\0memcached ")),
    _program("haproxy", r"haproxy", after(b" version ", pattern=_THREE + rb"[0-9A-Za-z.+~-]{0,40}, released 20")),
    _program(
        "postgresql",
        r"postgres",
        after(b"(PostgreSQL) ", pattern=rb"([0-9]{1,2}(?:\.[0-9]{1,2}){1,2}|[0-9]{2}(?:beta|rc)[0-9])[ \0\n]"),
    ),
    _program("mariadb", r"mariadbd|mysqld", before(b"-MariaDB", rb"\0" + _THREE + rb"-MariaDB")),
    _program("busybox", r"busybox(?:\.static)?", after(b"BusyBox v")),
    _program("bash", r"bash", after(b"@(#)Bash version ", pattern=rb"([0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9]{1,3})?)\(")),
    _program("lua", rf"lua[0-9.]{{0,4}}|liblua[0-9.]{{0,4}}{_SO}", after(b"LuaVersion: Lua ")),
    _program("curl", rf"curl|libcurl{_SO}", after(b"CLIENT libcurl ", b"\0curl/", b"\0libcurl/")),
    _program("git", r"git", after(b"\0git/", pattern=_THREE + rb"[.\0]")),
    _program("sqlite", rf"libsqlite3{_SO}", whole_text(b"3.", rb"(3\.[0-9]{1,2}\.[0-9]{1,2})")),
)

# one look at the base name settles it for nearly every file
OF_INTEREST = re.compile("|".join(sorted({f"(?:{program.files.pattern})" for program in PROGRAMS})))
