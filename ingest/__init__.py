"""A file becomes an Article (clean text and metadata) and its Passages.

Imports nothing from the other packages: the data flows from here upwards.
"""
