"""One directory with a lock file or an installed package of every kind that Syft 1.18 reads, but for Java's, each
small, complete and in the form that the ecosystem's tool writes. Names and versions are real ones."""

from __future__ import annotations

import json
from pathlib import Path

_SHA = "0" * 64
_HEX = f'"{_SHA}", [:mix], [], "hexpm", "{_SHA}"'


def _text(*lines: str) -> bytes:
    return "\n".join((*lines, "")).encode()


def files() -> dict[str, bytes]:
    """Path to content."""
    return {
        "beam/mix.lock": _text(
            "%{",
            f'  "plug": {{:hex, :plug, "1.10.0", {_HEX}}},',
            f'  "cowboy": {{:hex, :cowboy, "2.7.0", {_HEX}}},',
            "}",
        ),
        "beam/rebar.lock": _text(
            '{"1.2.0",',
            '[{<<"ranch">>,{pkg,<<"ranch">>,<<"1.7.1">>},0},',
            ' {<<"cowlib">>,{pkg,<<"cowlib">>,<<"2.8.0">>},1}]}.',
            "[",
            "{pkg_hash,[",
            ' {<<"cowlib">>, <<"FD0F">>},',
            ' {<<"ranch">>, <<"6B1F">>}]}',
            "].",
        ),
        "beam/lib/phoenix-1.7.2/ebin/phoenix.app": _text(
            "{application,phoenix,",
            '             [{description,"web"},',
            '              {vsn,"1.7.2"},',
            "              {applications,[kernel,stdlib]}]}.",
        ),
        "dart/pubspec.lock": _text(
            "packages:",
            "  archive:",
            '    dependency: "direct main"',
            "    description:",
            "      name: archive",
            '      url: "https://pub.dartlang.org"',
            "    source: hosted",
            '    version: "3.3.7"',
            "  http:",
            '    dependency: "direct main"',
            "    description:",
            "      name: http",
            '      url: "https://pub.dartlang.org"',
            "    source: hosted",
            '    version: "0.13.2"',
            "sdks:",
            '  dart: ">=2.0.0"',
        ),
        "swift/Package.resolved": json.dumps(
            {
                "pins": [
                    {
                        "identity": "swift-nio",
                        "kind": "remoteSourceControl",
                        "location": "https://github.com/apple/swift-nio.git",
                        "state": {"revision": "1" * 40, "version": "2.41.1"},
                    },
                    {
                        "identity": "vapor",
                        "kind": "remoteSourceControl",
                        "location": "https://github.com/vapor/vapor.git",
                        "state": {"revision": "2" * 40, "version": "4.60.2"},
                    },
                ],
                "version": 2,
            }
        ).encode(),
        "swift/Podfile.lock": _text(
            "PODS:",
            "  - Alamofire (5.6.4)",
            "  - Firebase/Core (8.9.0):",
            "    - FirebaseAnalytics (~> 8.9.0)",
            "  - FirebaseAnalytics (8.9.1)",
            "",
            "DEPENDENCIES:",
            "  - Alamofire",
            "  - Firebase/Core",
            "",
            "SPEC CHECKSUMS:",
            "  Alamofire: 4e95d97098eacb88856099c4fc79b526a299e48c",
            "  Firebase: 13d8d96499e2635428d5bf0ec675df21f95d9a95",
            "  FirebaseAnalytics: 3bb096873ee0d7fa4b6c70f5e9166b6da413cc7f",
            "",
            "COCOAPODS: 1.11.2",
        ),
        "haskell/stack.yaml.lock": _text(
            "packages:",
            "- completed:",
            f"    hackage: aws-0.21.1@sha256:{_SHA},14259",
            "  original:",
            "    hackage: aws-0.21.1",
            "snapshots:",
            "- completed:",
            "    size: 585393",
            f"    sha256: {_SHA[:-1]}a",
            "    url: https://example.org/lts/18/0.yaml",
            "  original: lts-18.0",
        ),
        "haskell/stack.yaml": _text("resolver: lts-18.0", "extra-deps:", f"- text-2.0@sha256:{_SHA},1"),
        "haskell/cabal.project.freeze": _text("constraints: any.aeson ==2.0.0.0,", "             any.HTTP ==4000.3.16"),
        "conan/one/conan.lock": json.dumps(
            {
                "graph_lock": {
                    "nodes": {
                        "0": {"options": "", "requires": ["1"], "path": "conanfile.txt", "context": "host"},
                        "1": {"ref": "zlib/1.2.11", "options": "", "package_id": "a", "prev": "0", "context": "host"},
                    },
                    "revisions_enabled": False,
                },
                "version": "0.4",
            }
        ).encode(),
        "conan/two/conan.lock": json.dumps(
            {
                "version": "0.5",
                "requires": ["openssl/3.1.0#3611b9f72c18de3ff287296077ae5968%1795434082.52"],
                "build_requires": ["cmake/3.25.1#c9bae22ccb046e3088270d8e258f8742%1795434082.83"],
                "python_requires": [],
            }
        ).encode(),
        "conan/conanfile.txt": _text("[requires]", "poco/1.9.4", "", "[generators]", "cmake"),
        "conan/.conan/data/bzip2/1.0.8/_/_/package/cb054d/conaninfo.txt": _text(
            "[settings]", "    os=Linux", "", "[requires]", "", "[full_requires]", "", "[recipe_hash]", "    dbe656"
        ),
        "r/jsonlite/DESCRIPTION": _text(
            "Package: jsonlite",
            "Version: 1.8.4",
            "Title: JSON",
            "Built: R 4.2.2; ; 2022-12-08; unix",
            "Depends: methods",
        ),
        "wordpress/wp-content/plugins/akismet/akismet.php": _text(
            "<?php",
            "/*",
            "Plugin Name: Akismet Anti-Spam",
            "Version: 5.0.1",
            "License: GPLv2 or later",
            "Author: Automattic",
            "Author URI: https://automattic.com",
            "*/",
        ),
        "lua/rocks-5.1/luasec/1.3.1-1/luasec-1.3.1-1.rockspec": _text(
            'package = "LuaSec"',
            'version = "1.3.1-1"',
            "source = {",
            '   url = "git+https://example.org/luasec.git"',
            "}",
            "description = {",
            '   license = "MIT"',
            "}",
            "dependencies = {",
            '   "lua >= 5.1"',
            "}",
        ),
        "php/.registry/.channel.pecl.php.net/redis.reg": (
            b'a:4:{s:4:"name";s:5:"redis";s:7:"channel";s:12:"pecl.php.net";s:7:"version";a:2:{s:7:"release";s:5:"5.3.7";'
            b's:3:"api";s:5:"5.3.0";}s:7:"license";a:1:{s:8:"_content";s:3:"PHP";}}'
        ),
        "php/composer.lock": json.dumps(
            {
                "packages": [{"name": "monolog/monolog", "version": "1.11.0", "source": {}, "dist": {}}],
                "packages-dev": [{"name": "phpunit/phpunit", "version": "4.8.27", "source": {}, "dist": {}}],
            }
        ).encode(),
        "php2/vendor/composer/installed.json": json.dumps(
            {"packages": [{"name": "symfony/http-kernel", "version": "v4.4.0"}], "dev": False, "dev-package-names": []}
        ).encode(),
        "dotnet/app.deps.json": json.dumps(
            {
                "runtimeTarget": {"name": ".NETCoreApp,Version=v8.0"},
                "targets": {
                    ".NETCoreApp,Version=v8.0": {
                        "app/1.0.0": {"runtime": {"app.dll": {}}},
                        "Newtonsoft.Json/12.0.3": {"runtime": {"lib/a.dll": {}}},
                    }
                },
                "libraries": {
                    "app/1.0.0": {"type": "project", "serviceable": False, "sha512": ""},
                    "Newtonsoft.Json/12.0.3": {
                        "type": "package",
                        "serviceable": True,
                        "sha512": "sha512-x",
                        "path": "newtonsoft.json/12.0.3",
                        "hashPath": "x",
                    },
                },
            }
        ).encode(),
        "rust/Cargo.lock": _text(
            "version = 3",
            "",
            "[[package]]",
            'name = "smallvec"',
            'version = "0.6.9"',
            'source = "registry+https://github.com/rust-lang/crates.io-index"',
            f'checksum = "{_SHA}"',
            "",
            "[[package]]",
            'name = "mine"',
            'version = "0.1.0"',
            "dependencies = [",
            ' "smallvec",',
            "]",
        ),
        "ruby/Gemfile.lock": _text(
            "GEM",
            "  remote: https://rubygems.org/",
            "  specs:",
            "    rack (2.0.1)",
            "    nokogiri (1.10.0-x86_64-linux)",
            "",
            "PLATFORMS",
            "  ruby",
            "",
            "DEPENDENCIES",
            "  rack",
            "",
            "BUNDLED WITH",
            "   2.3.7",
        ),
        "ruby/specifications/rake-12.3.2.gemspec": _text(
            "# -*- encoding: utf-8 -*-",
            "# stub: rake 12.3.2 ruby lib",
            "",
            "Gem::Specification.new do |s|",
            '  s.name = "rake".freeze',
            '  s.version = "12.3.2"',
            '  s.licenses = ["MIT".freeze]',
            "end",
        ),
        "python/requirements.txt": _text("django==3.2.1", "flask>=1.0"),
        "python/Pipfile.lock": json.dumps(
            {"_meta": {"sources": []}, "default": {"requests": {"version": "==2.19.1"}}, "develop": {}}
        ).encode(),
        "python/poetry.lock": _text(
            "[[package]]", 'name = "jinja2"', 'version = "2.10"', "", "[metadata]", 'lock-version = "2.0"'
        ),
        "python/pkg.dist-info/METADATA": _text("Metadata-Version: 2.1", "Name: urllib3", "Version: 1.24.1", "", ""),
        "python/old.egg-info/PKG-INFO": _text("Metadata-Version: 1.1", "Name: pyyaml", "Version: 5.1", "", ""),
        "python/setup.py": _text("setup(install_requires=['docopt==0.6.2'])"),
        "node/package-lock.json": json.dumps(
            {
                "name": "app",
                "version": "1.0.0",
                "lockfileVersion": 3,
                "packages": {
                    "": {"name": "app", "version": "1.0.0"},
                    "node_modules/lodash": {"version": "4.17.4", "resolved": "https://example.org/l.tgz"},
                },
            }
        ).encode(),
        "node2/yarn.lock": _text(
            "# yarn lockfile v1",
            "",
            "",
            "minimist@^1.2.0:",
            '  version "1.2.0"',
            '  resolved "https://example.org/m.tgz#a"',
        ),
        "node3/pnpm-lock.yaml": _text(
            "lockfileVersion: '6.0'",
            "",
            "dependencies:",
            "  qs:",
            "    specifier: 6.5.1",
            "    version: 6.5.1",
            "",
            "packages:",
            "",
            "  /qs@6.5.1:",
            "    resolution: {integrity: sha512-x}",
            "    dev: false",
        ),
        "node4/node_modules/ws/package.json": json.dumps({"name": "ws", "version": "7.4.0", "license": "MIT"}).encode(),
        "go/go.mod": _text("module example.org/app", "", "go 1.21", "", "require golang.org/x/text v0.3.0"),
        "opam/switch/.opam-switch/packages/lwt.5.6.1/opam": _text(
            'opam-version: "2.0"', 'name: "lwt"', 'version: "5.6.1"'
        ),
        "swipl/pack.pl": _text("name(hdt).", "version('0.5.2').", "title('RDF')."),
        ".github/workflows/ci.yml": _text(
            "name: ci", "on: push", "jobs:", "  a:", "    runs-on: x", "    steps:", "    - uses: actions/checkout@v4"
        ),
    }


def write(root: Path) -> None:
    """Make the directory."""
    for path, content in files().items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
