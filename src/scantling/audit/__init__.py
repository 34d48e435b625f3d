"""The auditor pack: one signed archive of what was known of an image over a period, to be verified offline."""
