"""The reference dashboard: a small real one over SQLite, for one person or one household.

``create_app`` is in ``host.app``, ``serve`` in ``host.serve``, their settings in ``host.settings``.
"""

__all__: list[str] = []
