"""The server: pages and JSON API over HTTP, with limits, metrics and caching."""
