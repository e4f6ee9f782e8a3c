"""Open-data platforms: find a city's catalogue, read what it lists, try its downloads."""
