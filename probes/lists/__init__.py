"""Lists that scripts fill: which address a page's own script asks, and what the answer lists."""
