# data.lib.trivy: what Trivy gives to the policies of its --ignore-policy. Written after FIRST's CVSS v3.1 specification,
# section 6 (the metrics of the vector string), with the words that Trivy's documentation uses.
package lib.trivy

import rego.v1

parse_cvss_vector_v3(vector) := {name: value |
	some part in split(vector, "/")
	[short, letter] := split(part, ":")
	name := _metrics[short]
	value := _values[short][letter]
}

_metrics := {
	"AV": "AttackVector",
	"AC": "AttackComplexity",
	"PR": "PrivilegesRequired",
	"UI": "UserInteraction",
	"S": "Scope",
	"C": "Confidentiality",
	"I": "Integrity",
	"A": "Availability",
}

_values := {
	"AV": {"N": "Network", "A": "Adjacent", "L": "Local", "P": "Physical"},
	"AC": _level,
	"PR": _level,
	"UI": {"N": "None", "R": "Required"},
	"S": {"U": "Unchanged", "C": "Changed"},
	"C": _level,
	"I": _level,
	"A": _level,
}

_level := {"N": "None", "L": "Low", "H": "High"}
