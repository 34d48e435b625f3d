"""Packs: the shipped ones are whole, one's own are refused with the line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scantling import check as check_package
from scantling.check.file_modes import FILE_RULES
from scantling.check.image_files import LISTING_RULES
from scantling.check.rules.catalog import rules
from scantling.compliance.pack import parse_pack, read_pack, read_packs, shipped
from scantling.model.errors import UsageError

HEAD = "version: 1\nid: own\ntitle: Own\nframework: '1'\ncontrols:\n"
ONE = "  - id: A\n    title: T\n    asks: Q\n"


def test_the_promised_packs_are_shipped() -> None:
    promised = {"pci-dss-4.0", "hipaa", "soc2", "nist-800-190", "nist-800-53", "fedramp", "cis-docker-1.6"}
    assert promised <= set(shipped())


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_pack_is_whole(name: str) -> None:
    pack = read_pack(name)
    assert pack.id == name and pack.source_url.startswith("https://")
    for control in pack.controls:
        assert control.checks or control.attest, control.id
        assert control.attest or not control.needs_person, control.id


def test_cis_section_4_has_its_twelve_items_in_order() -> None:
    assert [control.id for control in read_pack("cis-docker-1.6").controls] == [f"4.{n}" for n in range(1, 13)]


def known_rules() -> set[str]:
    """Every rule id that the checks can give, from their source: rules are made in several files."""
    root = Path(str(check_package.__file__)).parent
    text = "".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    return set(re.findall(r'"(SCN-[A-Z]+-\d{3})"', text))


@pytest.mark.parametrize("name", shipped())
def test_packs_name_rules_that_exist(name: str) -> None:
    named = {
        id_
        for control in read_pack(name).controls
        for check in control.checks
        for id_ in check.parameters.get("ids", ())
    }
    assert named <= known_rules()


def test_rules_that_cite_an_item_of_cis_are_in_its_control() -> None:
    """A rule that is about item 4.x is one of the checks there, or the item is judged by the kind as a whole."""
    controls = {control.id: control for control in read_pack("cis-docker-1.6").controls}
    for rule in (*rules(), *FILE_RULES, *LISTING_RULES):
        if rule.severity == "NEGLIGIBLE":
            continue  # advice, nothing that fails a control
        for item in rule.cis:
            checks = controls[item].checks
            ids = {id_ for check in checks for id_ in check.parameters.get("ids", ())}
            whole = {check.rule for check in checks} & {"healthcheck", "secrets", "user"}
            assert rule.id in ids or whole, (rule.id, item)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (HEAD + ONE, 6, "neither checks nor attest"),
        (HEAD + ONE + "    attest: x\n    decided: y\n", 6, "decided"),
        (HEAD + ONE + "    checks:\n      - {rule: usr}\n", 10, "usr"),
        (HEAD + ONE + "    checks:\n      - {rule: user, numerc: true}\n", 10, "no parameter numerc"),
        (HEAD + ONE + "    checks:\n      - {rule: database}\n", 10, "needs the parameter max_age_hours"),
        (HEAD + ONE + "    checks:\n      - {rule: compliance, pack: own}\n", 10, "compliance"),
        (HEAD + ONE + "    attest: x\n" + ONE + "    attest: x\n", 10, "two controls are called A"),
        (HEAD + ONE + "    attest: x\n    evidence: [moon]\n", 10, "no fact is called 'moon'"),
        ("version: 2\n", 1, ""),
        ("a: &x [1]\nb: *x\n", 1, ""),
        (HEAD + "  - [", 7, "not YAML"),
    ],
)
def test_a_bad_pack_is_refused_at_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_pack(text.encode(), "own.yaml")
    assert caught.value.where == f"own.yaml:{line}"
    assert said in str(caught.value)


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(UsageError) as caught:
        read_packs(["pci"])
    assert "pci-dss-4.0" in caught.value.hint


def test_two_packs_of_one_name_must_be_the_same(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(HEAD.replace("id: own", "id: soc2") + ONE + "    attest: x\n")
    assert len(read_packs(["soc2", "soc2"])) == 1
    with pytest.raises(UsageError, match="two different"):
        read_packs(["soc2", str(own)])
