"""Old configurations: each version is tried, through the store, and becomes what its author says."""

import pytest
from suspects.meter import Meter
from suspects.services import METER_CONFIG, declare_meter

from dashboard_integrations.testing.conformance import OldConfig
from dashboard_integrations.testing.conformance._migrations import migration_problems
from dashboard_integrations.testing.conformance._subject import Subject


class Renamed(Meter):
    """Version 1 called it ``key``, version 2 ``token``."""

    config_version = 3

    def migrate(self, config, *, version):
        """Rename it, once for each version."""
        old, new = {1: ("key", "token"), 2: ("token", "api_key")}[version]
        return {new if name == old else name: value for name, value in config.items()}


SUBJECT = Subject(integration=Renamed, config=METER_CONFIG, parameters={}, declare=declare_meter)
FIRST = OldConfig(version=1, config={"key": "k", "timeout": 5.0}, becomes={"api_key": "k", "timeout": 5.0})
SECOND = OldConfig(version=2, config={"token": "k"}, becomes={"api_key": "k"})


async def test_all_versions_open():
    """From each of them to the present one."""
    assert [] == await migration_problems(SUBJECT, [FIRST, SECOND])


async def test_an_integration_of_one_version_has_nothing_to_migrate():
    """And nothing to prove."""
    subject = Subject(integration=Meter, config=METER_CONFIG, parameters={}, declare=declare_meter)
    assert [] == await migration_problems(subject, [])


@pytest.mark.parametrize(
    ("old", "told"),
    [
        ([FIRST], "no OldConfig is of version 2"),
        ([], "no OldConfig is of version 1, 2"),
        ([FIRST, SECOND, OldConfig(version=3, config={}, becomes={})], "is of version 3, which is not below"),
        (
            [FIRST, OldConfig(version=2, config={"token": "k"}, becomes={"api_key": "other"})],
            "else than it should: api_key",
        ),
        (
            [FIRST, OldConfig(version=2, config={}, becomes={"api_key": "k"})],
            "migrations[1] (version 2): it does not open",
        ),
    ],
)
async def test_what_lacks_is_told(old, told):
    """Without any value of a configuration."""
    (problem,) = await migration_problems(SUBJECT, old)
    assert told in problem
    assert "other" not in problem
