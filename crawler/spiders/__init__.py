"""The one spider; cities are data, not subclasses."""
