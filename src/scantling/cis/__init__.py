"""An image held to section 4 of the CIS Docker Benchmark 1.6: all twelve items, each with what proves it."""
