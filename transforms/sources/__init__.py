"""Readers of raw files, one file a format; each yields records or rejections."""
