"""Documents to hand out: what is put together here is written as Word, PDF or Markdown, with its evidence in
footnotes. ``types`` says what a document is; each other file writes one format."""
