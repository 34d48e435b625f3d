"""Perl distributions as cpanm and Carton record them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from scantling.analyze.merge import merge
from scantling.model.facts import FileFacts, LayerFacts, LayerTree
from support.language_facts import analyze

INSTALL = {
    "name": "HTTP::Tiny", "version": "0.088", "dist": "HTTP-Tiny-0.088", "target": "HTTP::Tiny",
    "pathname": "D/DA/DAGOLDEN/HTTP-Tiny-0.088.tar.gz",
    "provides": {"HTTP::Tiny": {"file": "lib/HTTP/Tiny.pm", "version": "0.088"}},
}  # fmt: skip
SNAPSHOT = """# carton snapshot format: version 1.0
DISTRIBUTIONS
  App-cpanminus-1.7043
    pathname: M/MI/MIYAGAWA/App-cpanminus-1.7043.tar.gz
    provides:
      App::cpanminus 1.7043
    requirements:
      ExtUtils::MakeMaker 0
  Minilla-v3.0.13
    pathname: S/SK/SKAJI/Minilla-v3.0.13.tar.gz
    provides:
      Minilla v3.0.13
  Text-Template-1.46-RC2
    pathname: M/MS/MSCHOUT/Text-Template-1.46-RC2.tar.gz
  perl-Local-0.01
    pathname: /srv/local/perl-Local-0.01.tar.gz
"""


def test_what_cpanm_installed() -> None:
    path = "usr/local/lib/perl5/5.36.0/x86_64-linux-gnu/.meta/HTTP-Tiny-0.088/install.json"
    (package,), gaps = analyze(path, json.dumps(INSTALL).encode())
    assert not gaps
    assert (package.type, package.name, package.version, package.origin, package.declared) == (
        "cpan", "HTTP-Tiny", "0.088", "DAGOLDEN", False,
    )  # fmt: skip


def test_the_author_is_the_purls_namespace() -> None:
    path = "lib/.meta/HTTP-Tiny-0.088/install.json"
    facts, _ = analyze(path, json.dumps(INSTALL).encode())
    tree = LayerTree(files=path.encode())
    layer = LayerFacts("sha256:0", 0, 1, tree, files=(FileFacts(path, "cpan-install", tuple(facts)),))
    assert [p.purl for p in merge([layer]).packages] == ["pkg:cpan/DAGOLDEN/HTTP-Tiny@0.088"]


def test_an_install_json_of_something_else() -> None:
    assert analyze("srv/install.json", b"[]") == ([], [])


def test_what_carton_pinned() -> None:
    packages, gaps = analyze("srv/cpanfile.snapshot", SNAPSHOT.encode())
    assert not gaps
    assert [(p.name, p.version, p.origin, p.declared) for p in packages] == [
        ("App-cpanminus", "1.7043", "MIYAGAWA", True),
        ("Minilla", "v3.0.13", "SKAJI", True),
        ("Text-Template", "1.46-RC2", "MSCHOUT", True),
        ("perl-Local", "0.01", "", True),
    ]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("cpanfile.snapshot", b""),
        ("cpanfile.snapshot", b"# carton snapshot format: version 2.0\n"),
        ("cpanfile.snapshot", SNAPSHOT.encode() + b"<<<<<<< HEAD\n"),
        ("lib/.meta/X-1/install.json", b"{"),
    ],
)
def test_what_is_none_is_a_gap(path: str, data: bytes) -> None:
    assert [gap.what for gap in analyze(path, data)[1]] == ["unreadable-file"]


def test_a_distribution_without_a_version_is_said() -> None:
    gaps = analyze("cpanfile.snapshot", b"# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  Foo-Bar\n")[1]
    assert [(g.what, g.blocks) for g in gaps] == [("unknown-version", False)]
    gaps = analyze("lib/.meta/X/install.json", b'{"dist": "Foo-Bar"}')[1]
    assert [(g.what, g.blocks) for g in gaps] == [("unknown-version", True)]


LOCAL = b"""=head2 Mon Nov 23 12:29:01 2026: C<Module> L<Foo::Bar|Foo::Bar>

=over 4

=item *

C<installed into: /usr/local/share/perl/5.36.0>

=item *

C<VERSION: 1.22>

=back

=head2 Mon Nov 23 12:30:01 2026: C<Module> L<Foo::Bar|Foo::Bar>

C<VERSION: 1.23>

=head2 Mon Nov 23 12:31:01 2026: C<Module> L<strict|strict>

C<LINKTYPE: dynamic>
"""


def test_what_make_install_recorded() -> None:
    packages, gaps = analyze("usr/local/lib/perl5/perllocal.pod", LOCAL)
    assert not gaps
    assert [(p.type, p.name, p.version, p.declared) for p in packages] == [("cpan", "Foo-Bar", "1.23", False)]


@pytest.mark.debian
@pytest.mark.skipif(
    shutil.which("cpanm") is None or shutil.which("make") is None, reason="cpanm and make are not installed"
)
def test_a_distribution_installed_by_cpanm(tmp_path: Path) -> None:
    source = tmp_path / "Foo-Bar-1.23"
    (source / "lib/Foo").mkdir(parents=True)
    (source / "lib/Foo/Bar.pm").write_text('package Foo::Bar;\nour $VERSION = "1.23";\n1;\n')
    (source / "Makefile.PL").write_text(
        "use ExtUtils::MakeMaker; WriteMakefile(NAME => 'Foo::Bar', VERSION_FROM => 'lib/Foo/Bar.pm');\n"
    )
    (source / "MANIFEST").write_text("MANIFEST\nMakefile.PL\nlib/Foo/Bar.pm\n")
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run(
        ["cpanm", "-q", "-n", "--no-man-pages", "-L", str(tmp_path / "there"), str(source)],
        check=True, capture_output=True, env=home,
    )  # fmt: skip
    (record,) = (tmp_path / "there").rglob("perllocal.pod")
    packages, gaps = analyze("there/perllocal.pod", record.read_bytes())
    assert not gaps
    assert [(p.name, p.version) for p in packages] == [("Foo-Bar", "1.23")]
