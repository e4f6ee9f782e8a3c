"""The checks: each answers one question about a page or a city, by a rule that a careful reader would use."""
