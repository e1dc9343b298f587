"""Pages as HTML, both for a server and for files: templates, charts and labels."""
