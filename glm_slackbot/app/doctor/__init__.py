"""The doctor: looks at everything the bot stands on, changes nothing, and says what mends it."""
