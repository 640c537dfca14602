"""Passages in, ranked Hits out. The facade is :class:`vectorstore.library.Library`."""
