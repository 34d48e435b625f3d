"""OCaml's opam and SWI-Prolog's packs: what is installed."""

from __future__ import annotations

from support.language_facts import analyze

OPAM = b'opam-version: "2.0"\nsynopsis: "Promises"\nlicense: "MIT"\ndepends: [ "ocaml" {>= "4.08"} ]\n'
PACK = b"name(hdt).\nversion('0.5.2').\ntitle('Access RDF HDT files').\nauthor('A', 'a@example.org').\n"


def test_an_installed_opam_package() -> None:
    (package,), gaps = analyze("root/.opam/4.14.0/.opam-switch/packages/lwt_ppx.5.6.1/opam", OPAM)
    assert not gaps
    assert (package.type, package.name, package.version, package.licenses) == ("opam", "lwt_ppx", "5.6.1", ("MIT",))


def test_what_opam_only_offers_is_not_installed() -> None:
    assert analyze("root/.opam/repo/default/packages/lwt/lwt.5.6.1/opam", OPAM) == ([], [])
    assert analyze("usr/bin/opam", b"#!/bin/sh\n") == ([], [])


def test_an_opam_package_without_a_version_is_a_gap() -> None:
    assert [g.what for g in analyze("x/.opam-switch/packages/lwt/opam", OPAM)[1]] == ["unreadable-file"]


def test_a_pack() -> None:
    (package,), gaps = analyze("usr/local/lib/swipl/pack/hdt/pack.pl", PACK)
    assert not gaps
    assert (package.type, package.name, package.version) == ("swiplpack", "hdt", "0.5.2")


def test_another_program_of_that_name() -> None:
    for data in (b"", b"#!/usr/bin/perl\n", b"name(x).\n", PACK[:12]):
        assert analyze("srv/pack.pl", data) == ([], [])
