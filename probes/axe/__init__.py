"""Accessibility seen by axe-core, the engine of the field, pinned here and named in every result."""
