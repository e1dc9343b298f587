"""The content of pages and API, from the engine and the store; nothing here depends on HTTP."""
