"""What authors and hosts test with: a service that answers as told or as recorded, a host in memory, and suites."""

from dashboard_integrations.testing.assertions import (
    assert_asked,
    assert_code,
    assert_data,
    assert_no_secret,
    assert_shows,
    assert_view,
)
from dashboard_integrations.testing.clock import FakeClock
from dashboard_integrations.testing.connecting import connect
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest, FakeService
from dashboard_integrations.testing.fixtures import AppOpener, Connector
from dashboard_integrations.testing.host import OpenedApp, open_app
from dashboard_integrations.testing.recording import (
    RecordedExchange,
    RecordedRequest,
    RecordedResponse,
    Recording,
    RecordingError,
)

__all__ = [
    "AppOpener",
    "Connector",
    "FakeClock",
    "FakeReply",
    "FakeRequest",
    "FakeService",
    "OpenedApp",
    "RecordedExchange",
    "RecordedRequest",
    "RecordedResponse",
    "Recording",
    "RecordingError",
    "assert_asked",
    "assert_code",
    "assert_data",
    "assert_no_secret",
    "assert_shows",
    "assert_view",
    "connect",
    "open_app",
]
