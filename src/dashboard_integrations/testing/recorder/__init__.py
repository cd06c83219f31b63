"""Recording: an integration driven against a real service, and its recording replayed to see that it can be."""

from dashboard_integrations.testing.recorder._replayed import Replayed, differences, refused_fields, replayed
from dashboard_integrations.testing.recorder._take import Take, record
from dashboard_integrations.testing.recorder._tape import MOST_BYTES

__all__ = ["MOST_BYTES", "Replayed", "Take", "differences", "record", "refused_fields", "replayed"]
