"""Every analyzer, by name. To add one: write its file, add its line here, put a test beside its twin's."""

from __future__ import annotations

from .language import (
    bun_lock,
    cargo_lock,
    composer,
    conda,
    dotnet,
    gobinary,
    gomod,
    java,
    npm,
    npm_lock,
    pdm_lock,
    pipfile_lock,
    pnpm_lock,
    poetry_lock,
    pylock,
    python,
    requirements,
    ruby,
    rust_binary,
    uv_lock,
    yarn_lock,
)
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
    *requirements.ANALYZERS,
    *pipfile_lock.ANALYZERS,
    *poetry_lock.ANALYZERS,
    *uv_lock.ANALYZERS,
    *pdm_lock.ANALYZERS,
    *pylock.ANALYZERS,
    *conda.ANALYZERS,
    *npm.ANALYZERS,
    *npm_lock.ANALYZERS,
    *yarn_lock.ANALYZERS,
    *pnpm_lock.ANALYZERS,
    *bun_lock.ANALYZERS,
    *composer.ANALYZERS,
    *dotnet.ANALYZERS,
    *cargo_lock.ANALYZERS,
    *rust_binary.ANALYZERS,
    *java.ANALYZERS,
    *gobinary.ANALYZERS,
    *gomod.ANALYZERS,
    *ruby.ANALYZERS,
)
