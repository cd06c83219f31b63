"""The host's own table does what the library expects of it."""

from collections.abc import Iterator

import pytest
from own_model import Base, Bookmark

from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.testing.app_repository import AppRepositoryContract


class TestBookmarks(AppRepositoryContract):
    """The contract, over the table of bookmarks."""

    ids = ("1", "2", "3")  # the column is an integer

    @pytest.fixture
    def repository(self) -> Iterator[SqlAlchemyAppRepository]:
        """An empty table."""
        engine = sqlite_engine(":memory:")
        Base.metadata.create_all(engine)
        yield SqlAlchemyAppRepository(engine, model=Bookmark)
        engine.dispose()
