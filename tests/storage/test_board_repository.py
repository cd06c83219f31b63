"""The boards of the reference dashboard."""

from dataclasses import replace

import anyio
import pytest

from dashboard_integrations.storage import (
    BoardExistsError,
    BoardRecord,
    SqlAlchemyBoardRepository,
    SqlAlchemyWidgetRepository,
    WidgetRecord,
)

HOME = BoardRecord(id="home", name="Home")
MEDIA = BoardRecord(id="media", name="Médias", position=1)


@pytest.fixture
def boards(engine):
    """Give the boards of a new database."""
    return SqlAlchemyBoardRepository(engine)


async def test_a_new_database_has_a_board(boards):
    """There is always one."""
    assert [HOME] == await boards.list()


async def test_an_added_board_comes_back_equal(boards):
    """What is added is what is read."""
    await boards.add(MEDIA)
    assert MEDIA == await boards.get("media")


async def test_a_missing_board_is_none(boards):
    """An id that nobody has gives None."""
    assert await boards.get("missing") is None


async def test_boards_stand_in_their_order(boards):
    """By position; equal positions by id."""
    for record in (MEDIA, replace(MEDIA, id="b", position=0), replace(MEDIA, id="z", position=0)):
        await boards.add(record)
    assert ["b", "home", "z", "media"] == [board.id for board in await boards.list()]


async def test_an_id_is_taken_once(boards):
    """The first one stays as it is."""
    with pytest.raises(BoardExistsError, match="'home'"):
        await boards.add(replace(HOME, name="Second"))
    assert [HOME] == await boards.list()


async def test_an_update_replaces_every_property(boards):
    """After an update the new record is read."""
    after = BoardRecord(id="home", name="Start", position=3)
    assert await boards.update(after, replacing=HOME)
    assert after == await boards.get("home")


@pytest.mark.parametrize("seen", [{"name": "x"}, {"position": 9}], ids=str)
async def test_an_update_of_an_outdated_record_is_refused(boards, seen):
    """Who saw another record than the one that is kept changes nothing."""
    assert await boards.update(replace(HOME, name="New"), replacing=replace(HOME, **seen)) is False
    assert HOME == await boards.get("home")


async def test_deleting_says_whether_there_was_something(boards):
    """And leaves others alone."""
    await boards.add(MEDIA)
    assert (True, False) == (await boards.delete("media"), await boards.delete("media"))
    assert [HOME] == await boards.list()


async def test_the_last_board_stays(boards):
    """Widgets need a place to stand."""
    assert await boards.delete("home") is False
    assert [HOME] == await boards.list()


async def test_of_all_boards_deleted_at_once_one_stays(boards):
    """Whoever comes last is refused."""
    ids = ["home", *(f"board-{number}" for number in range(5))]
    for board_id in ids[1:]:
        await boards.add(replace(MEDIA, id=board_id))
    deleted = []

    async def delete(board_id):
        if await boards.delete(board_id):
            deleted.append(board_id)

    async with anyio.create_task_group() as tasks:
        for board_id in ids:
            tasks.start_soon(delete, board_id)
    assert (5, 1) == (len(deleted), len(await boards.list()))


async def test_a_deleted_board_takes_its_widgets_along(boards, engine):
    """No widget stays that nobody can see."""
    widgets = SqlAlchemyWidgetRepository(engine)
    kept = WidgetRecord(id="kept", board_id="home", type="note", title="", config={})
    await boards.add(MEDIA)
    await widgets.add(kept)
    await widgets.add(replace(kept, id="gone", board_id="media"))
    await boards.delete("media")
    assert [kept] == await widgets.list()
