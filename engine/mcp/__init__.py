"""A server of the Model Context Protocol: the engine as tools, resources and prompts for programs.

Only the command line imports this package, and only when its command runs. It needs the extra
``mcp``. The SDK is the top-level package ``mcp``; this one is always ``engine.mcp``.
"""

DEFAULT_PORT = 8001
"""Port of streamable HTTP; the pages have 8000."""

HTTP_PATH = "/mcp"
"""Path of streamable HTTP, which clients expect."""
