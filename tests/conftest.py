"""What holds for all tests: property tests are never timed, for the machine may be busy."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("civicprobe", deadline=None)
settings.load_profile("civicprobe")
