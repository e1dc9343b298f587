"""What pages and API show, composed from the engine and the store; nothing here knows HTTP."""
