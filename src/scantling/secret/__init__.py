"""What looks like a secret, and where in some bytes it stands. Knows nothing of images."""
