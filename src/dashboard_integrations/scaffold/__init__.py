"""The scaffolder: a whole distribution of a new integration, from a name or from a real answer."""

__all__: list[str] = []
