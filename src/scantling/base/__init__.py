"""Base images: which one an image was built on, by what evidence, and what there is to build on instead."""
