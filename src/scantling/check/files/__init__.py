"""What the files of an image say: whom they belong to, what is in the way, and what need not be there."""
