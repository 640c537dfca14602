"""The formats: one module a format, each the adapter of the library that reads it.

A module here has ``read(path, limits)``, which gives the ``layout.Page`` of a file, and raises UnreadableFile
with a Vietnamese sentence that says what is wrong and what to do, or OSError. Modules are imported only when
a file of their format is read, and run in a process of their own that may be ended at any moment
(``ingest.worker``): nothing they do outlives them but what they return.
"""
