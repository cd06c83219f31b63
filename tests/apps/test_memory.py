"""The repository in memory fulfils the contract."""

from dashboard_integrations.apps import AppRecord, AppRepository, InMemoryAppRepository
from dashboard_integrations.testing.app_repository import AppRepositoryContract


class TestInMemoryAppRepository(AppRepositoryContract):
    """The shared suite."""


async def test_it_starts_with_the_given_apps():
    """A host that configures its apps in code hands them over."""
    record = AppRecord(id="a", name="A")
    assert [record] == await InMemoryAppRepository([record]).list()


def test_it_is_a_repository():
    """The protocol can be checked at run time."""
    assert isinstance(InMemoryAppRepository(), AppRepository)
