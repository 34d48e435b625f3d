"""How an image is made: Dockerfiles, and image histories read as such."""
