"""Code forges, GitHub and GitLab: one comment on a change, kept up to date, and a status of its commit."""
