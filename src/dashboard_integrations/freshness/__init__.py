"""Freshness: what is kept of an endpoint's data and failures, and the policy that decides from it."""

from dashboard_integrations.freshness._policy import Answer, Decision, Freshness, FreshnessPolicy, Rule
from dashboard_integrations.freshness._shared_tracks import track_from_bytes, track_to_bytes
from dashboard_integrations.freshness._snapshot import Snapshot, snapshot_key
from dashboard_integrations.freshness._tracks import AppTrack, EndpointTrack

__all__ = [
    "Answer",
    "AppTrack",
    "Decision",
    "EndpointTrack",
    "Freshness",
    "FreshnessPolicy",
    "Rule",
    "Snapshot",
    "snapshot_key",
    "track_from_bytes",
    "track_to_bytes",
]
