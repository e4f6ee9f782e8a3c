"""One module for each family of systems that fill their lists by script; a new family is one new module."""
