"""Every analyzer, by name. To add one: write its file, add its line here, put a test beside its twin's."""

from __future__ import annotations

from .language import gobinary, gomod, java, npm, npm_lock, python, ruby
from .os import apk, bottlerocket, dpkg, opkg, pacman, portage, release
from .os.rpm import database, manifest
from .plugin import Analyzer

ANALYZERS: tuple[Analyzer, ...] = (
    release.ANALYZER,
    dpkg.ANALYZER,
    apk.ANALYZER,
    database.ANALYZER,
    manifest.ANALYZER,
    pacman.ANALYZER,
    opkg.ANALYZER,
    bottlerocket.ANALYZER,
    portage.ANALYZER,
    *python.ANALYZERS,
    *npm.ANALYZERS,
    *npm_lock.ANALYZERS,
    *java.ANALYZERS,
    *gobinary.ANALYZERS,
    *gomod.ANALYZERS,
    *ruby.ANALYZERS,
)
