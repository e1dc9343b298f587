"""Programs for people who build, train, and measure the engine; the wheel has none of them."""
