"""Readers of raw files, one module per format; each yields records or rejections."""
