"""The pytest plugin of the test kit.

It stands beside the library, not in it: pytest loads it wherever the library is installed, so it imports pytest and the
standard library only, and all else when a test asks for it.
"""

__all__: list[str] = []
