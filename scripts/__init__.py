"""Programs for people who build, train, and measure the engine; none of them ships in the wheel."""
