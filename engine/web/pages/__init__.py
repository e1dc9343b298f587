"""Pages as HTML, for a server and for files alike: templates, charts and labels."""
