"""Integrations for the conformance suite to look at: some as they should be, the others with one mistake each."""
