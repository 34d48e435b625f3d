"""Signed statements about images: made, attached to the image, found there again and verified."""
