package legacy

import input as report

default allow = false

allow { report.status == "complete" }

deny[msg] {
	not allow
	msg := "the scan is incomplete"
}

deny_severity[{"msg": msg, "fingerprint": finding.fingerprint}] {
	finding := report.findings[_]
	finding.severity == "CRITICAL"
	msg = sprintf("%v", [finding.id])
}

warn[msg] {
	re_match("^deb$", report.packages[i].type)
	msg := report.packages[i].name
}
