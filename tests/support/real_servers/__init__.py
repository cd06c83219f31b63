"""Servers that nobody here wrote: installed, started, seeded and stopped by the tests that need them."""
