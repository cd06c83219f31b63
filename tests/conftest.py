"""What holds for all tests."""

from hypothesis import HealthCheck, settings

_ASKED_FOR = settings()
settings.register_profile(
    "any-machine",
    _ASKED_FOR,
    deadline=None,
    suppress_health_check=[*_ASKED_FOR.suppress_health_check, HealthCheck.too_slow],
)
# How quick an example runs, or is made up, says something about the machine, and nothing about what is tested.
settings.load_profile("any-machine")
