"""Records of apps."""

from dashboard_integrations.apps import AppRecord


def test_a_repr_shows_no_sealed_configuration():
    """What is sealed stays out of logs."""
    assert "v1.key.sealed" not in repr(AppRecord(id="a", name="A", integration_config="v1.key.sealed"))
