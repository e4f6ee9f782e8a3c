"""The room that looks: a fetched or live page in, an observation out; a probe never opens an address."""
