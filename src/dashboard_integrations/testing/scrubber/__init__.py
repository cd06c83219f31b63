"""Scrubbing: a recording without secrets, and without what says whose service it was."""

from dashboard_integrations.testing.scrubber._fakes import Replaced, ScrubError
from dashboard_integrations.testing.scrubber._scrub import Scrubbed, scrub
from dashboard_integrations.testing.scrubber._suspects import Suspect

__all__ = ["Replaced", "ScrubError", "Scrubbed", "Suspect", "scrub"]
