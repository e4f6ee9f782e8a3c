"""Open-data platforms: find a city's catalogue, read what it lists, and look at what its download links give."""
