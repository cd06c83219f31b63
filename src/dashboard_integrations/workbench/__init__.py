"""What authors work with: their source tree run in a dashboard, and checked as it would be installed."""

__all__: list[str] = []
