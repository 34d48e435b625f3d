"""Why something is not affected, in the words that VEX documents share."""

JUSTIFICATIONS = (  # OpenVEX specification 0.2.0, "Status justifications"
    "component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist",
)  # fmt: skip
