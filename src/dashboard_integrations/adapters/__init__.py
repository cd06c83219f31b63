"""One thin module per framework: each translates requests and responses, and decides nothing."""

__all__: list[str] = []
