"""The site: a store of scores, the pipeline that fills it, pages, a JSON API, a static export.

Only the command line imports this package, and only when one of its commands runs. It needs the
extra ``web``. Its packages import in one direction: store, content, pages, server.
"""

DEFAULT_RATE = "600/minute"
"""Requests that a client may make, in the command line and on the server."""

MAX_TYPED_CHARACTERS = 200
"""Length of a job title or a search text, in the forms of the pages and in the API."""
