"""The one way in which a real server fails a test run."""


class RealServerError(RuntimeError):
    """A server could not be installed, started, asked or stopped; the message ends with what it logged."""
