"""One visit to a portal: through the guard, at its pace, in plain or in a browser, kept in the archive."""
