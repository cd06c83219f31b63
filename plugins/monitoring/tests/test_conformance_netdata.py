"""Netdata: the contract, from what a real server answered."""

from dashboard_monitoring.netdata import Netdata

from dashboard_integrations.testing.conformance import IntegrationContract


class TestNetdata(IntegrationContract):
    integration = Netdata
    recordings = ("recordings/netdata.json",)
