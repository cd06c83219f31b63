"""What services do wrong, each with the error it has to lead to: the fault suite.

``FaultyService`` is a ``FakeService`` that a ``Fault`` can befall, over real sockets. ``FAULTS`` are those of plain
HTTP, from a port that refuses to a gzip bomb; ``TLS_FAULTS`` need a service with ``tls``. ``IntegrationContract`` tries
all of them on an integration; this is how to try some by hand::

    @pytest.mark.parametrize("fault", FAULTS, ids=str)
    async def test_faults(fault, dashboard):
        with FaultyService(fault) as upstream:
            ...                     # declare what the service answers when it is well
            envelope = await dashboard.fetch_data(app_id, "status")
            assert fault.code == (envelope.error and envelope.error.code)
            upstream.recover()
            ...

A fault of one's own is a ``Fault`` with an ``act``: a ``FakeReply`` or a function from the request to one, ``Altered``
for the usual answer with a difference, ``OnRequest`` and ``OnConnection`` for a script of bytes over a ``Line``.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dashboard_integrations.testing._content_faults import CONTENT_FAULTS, ENCODING_FAULTS, HARMLESS_FAULTS
from dashboard_integrations.testing._fault import Altered, Fault, OnConnection, OnRequest, Port, Script
from dashboard_integrations.testing._faulty_service import FaultyService
from dashboard_integrations.testing._line import Line
from dashboard_integrations.testing._status_faults import REDIRECT_FAULTS, STATUS_FAULTS, redirecting_to
from dashboard_integrations.testing._tls_faults import TLS_FAULTS, tls_on_plain_port, untrusted_certificate
from dashboard_integrations.testing._wire_faults import (
    CONNECTION_FAULTS,
    FRAMING_FAULTS,
    PROTOCOL_FAULTS,
    SLOWNESS_FAULTS,
)

__all__ = [
    "CONNECTION_FAULTS",
    "CONTENT_FAULTS",
    "ENCODING_FAULTS",
    "FAULTS",
    "FAULT_GROUPS",
    "FRAMING_FAULTS",
    "HARMLESS_FAULTS",
    "PROTOCOL_FAULTS",
    "REDIRECT_FAULTS",
    "SLOWNESS_FAULTS",
    "STATUS_FAULTS",
    "TLS_FAULTS",
    "Altered",
    "Fault",
    "FaultyService",
    "Line",
    "OnConnection",
    "OnRequest",
    "Port",
    "Script",
    "redirecting_to",
    "tls_on_plain_port",
    "untrusted_certificate",
]

FAULT_GROUPS: Mapping[str, Sequence[Fault]] = MappingProxyType(
    {
        "connections": CONNECTION_FAULTS,
        "slowness": SLOWNESS_FAULTS,
        "protocol": PROTOCOL_FAULTS,
        "framing": FRAMING_FAULTS,
        "statuses": STATUS_FAULTS,
        "redirects": REDIRECT_FAULTS,
        "content": CONTENT_FAULTS,
        "encodings": ENCODING_FAULTS,
        "harmless": HARMLESS_FAULTS,
    }
)
"""The faults of plain HTTP by what they have in common."""

FAULTS: Sequence[Fault] = tuple(fault for group in FAULT_GROUPS.values() for fault in group)
"""Every fault of plain HTTP."""
