"""Time for tests: it passes when a test says so."""

__all__ = ["FakeClock"]

_NEW_YEAR_2026 = 1_767_225_600.0


class FakeClock:
    """A clock that stands still until it is moved: what ``IntegrationService``, caches and integrations take as clock.

    ::

        clock = FakeClock()
        clock.advance(3_600)
        assert clock() == clock.now
    """

    __slots__ = ("now",)

    def __init__(self, now: float = _NEW_YEAR_2026) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time, in seconds since 1970 (UTC)."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        if seconds < 0:
            raise ValueError(f"time does not go back by {-seconds:g} seconds: make another clock")
        self.now += seconds

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.now!r})"
