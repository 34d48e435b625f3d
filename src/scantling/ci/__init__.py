"""Turns what a repository says of itself into the file of a pipeline. Knows nothing of images; next: nobody."""
