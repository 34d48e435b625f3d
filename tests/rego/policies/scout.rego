package docker.scout

violation contains {"message": "no default user", "detail": detail, "remediation": "add USER"} if {
	input.target.config.user == ""
	detail := "USER is not set"
}
