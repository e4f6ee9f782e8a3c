"""One module a family of open-data platforms; each ends in `ADAPTER` and is found by itself."""
