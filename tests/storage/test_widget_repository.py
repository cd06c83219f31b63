"""The widgets of the reference dashboard."""

from dataclasses import replace

import anyio
import pytest

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.errors import UnknownAppError
from dashboard_integrations.storage import (
    BoardRecord,
    SqlAlchemyAppRepository,
    SqlAlchemyBoardRepository,
    SqlAlchemyWidgetRepository,
    UnknownBoardError,
    WidgetExistsError,
    WidgetRecord,
)

NOTE = WidgetRecord(
    id="note", board_id="home", type="note", title="Note", config={"text": "Grüße", "nested": [1, {"a": None}]}
)
SPEED = WidgetRecord(
    id="speed",
    board_id="home",
    type="integration",
    title="Speed",
    config={"appId": "nas", "endpointId": "speed"},
    position=1,
    width=2,
    height=3,
)


@pytest.fixture
async def apps(engine):
    """Give a repository with the app ``nas``."""
    apps = SqlAlchemyAppRepository(engine)
    await apps.add(AppRecord(id="nas", name="NAS"))
    return apps


@pytest.fixture
def widgets(engine, apps):
    """Give an empty repository of widgets."""
    return SqlAlchemyWidgetRepository(engine)


@pytest.mark.parametrize("record", [NOTE, SPEED], ids=lambda record: record.id)
async def test_an_added_widget_comes_back_equal(widgets, record):
    """What is added is what is read."""
    await widgets.add(record)
    assert record == await widgets.get(record.id)


async def test_a_missing_widget_is_none(widgets):
    """An id that nobody has gives None."""
    assert await widgets.get("missing") is None


async def test_widgets_stand_in_their_order(widgets):
    """By position; equal positions by id."""
    records = [replace(NOTE, id=name, position=position) for name, position in (("c", 0), ("a", 1), ("b", 1))]
    for record in reversed(records):
        await widgets.add(record)
    assert records == await widgets.list()


async def test_an_id_is_taken_once(widgets):
    """The first one stays as it is."""
    await widgets.add(NOTE)
    with pytest.raises(WidgetExistsError):
        await widgets.add(replace(NOTE, title="Second"))
    assert [NOTE] == await widgets.list()


async def test_a_widget_of_a_missing_app_is_refused(widgets):
    """An app that was deleted a moment ago gets no new widget."""
    with pytest.raises(UnknownAppError, match="'gone'"):
        await widgets.add(replace(SPEED, config={"appId": "gone", "endpointId": "speed"}))


async def test_an_update_replaces_every_property(widgets):
    """After an update the new record is read."""
    after = replace(SPEED, id="note", title="Now live", position=4)
    await widgets.add(NOTE)
    assert await widgets.update(after, replacing=NOTE)
    assert after == await widgets.get("note")


async def test_an_update_to_a_missing_app_is_refused(widgets):
    """And changes nothing."""
    await widgets.add(SPEED)
    with pytest.raises(UnknownAppError):
        await widgets.update(replace(SPEED, config={"appId": "gone"}), replacing=SPEED)
    assert SPEED == await widgets.get("speed")


@pytest.mark.parametrize(
    "seen",
    [{"title": "x"}, {"position": 9}, {"config": {}}, {"type": "x"}, {"board_id": "x"}, {"width": 4}, {"height": 4}],
    ids=str,
)
async def test_an_update_of_an_outdated_record_is_refused(widgets, seen):
    """Who saw another record than the one that is kept changes nothing."""
    await widgets.add(NOTE)
    assert await widgets.update(replace(NOTE, title="New"), replacing=replace(NOTE, **seen)) is False
    assert NOTE == await widgets.get("note")


async def test_of_many_updates_at_once_one_wins(widgets):
    """Tasks that read the same record do not overwrite each other."""
    await widgets.add(NOTE)
    won = []

    async def rename(title):
        if await widgets.update(replace(NOTE, title=title), replacing=NOTE):
            won.append(title)

    async with anyio.create_task_group() as tasks:
        for number in range(8):
            tasks.start_soon(rename, f"title {number}")
    assert [(await widgets.get("note")).title] == won


async def test_deleting_says_whether_there_was_something(widgets):
    """And leaves others alone."""
    await widgets.add(NOTE)
    await widgets.add(SPEED)
    assert (True, False) == (await widgets.delete("note"), await widgets.delete("note"))
    assert [SPEED] == await widgets.list()


async def test_a_deleted_app_takes_its_widgets_along(widgets, apps):
    """No widget stays that could only show an error; other widgets do."""
    await widgets.add(NOTE)
    await widgets.add(SPEED)
    await apps.delete("nas")
    assert [NOTE] == await widgets.list()


async def test_a_widget_that_moves_to_another_app_stays_when_the_first_is_deleted(widgets, apps):
    """A widget belongs to the app it shows now."""
    await apps.add(AppRecord(id="other", name="Other"))
    moved = replace(SPEED, config={"appId": "other", "endpointId": "speed"})
    await widgets.add(SPEED)
    await widgets.update(moved, replacing=SPEED)
    await apps.delete("nas")
    assert [moved] == await widgets.list()


async def test_a_widget_of_a_missing_board_is_refused(widgets):
    """Neither when it is made nor when it moves; and nothing changes."""
    await widgets.add(NOTE)
    with pytest.raises(UnknownBoardError, match="'gone'"):
        await widgets.add(replace(SPEED, board_id="gone"))
    with pytest.raises(UnknownBoardError, match="'gone'"):
        await widgets.update(replace(NOTE, board_id="gone"), replacing=NOTE)
    assert [NOTE] == await widgets.list()


@pytest.fixture
async def three(engine, widgets):
    """Give three widgets on one board; a fourth stands on another."""
    await SqlAlchemyBoardRepository(engine).add(BoardRecord(id="other", name="Other"))
    for number, name in enumerate("abc"):
        await widgets.add(replace(NOTE, id=name, position=number))
    await widgets.add(replace(NOTE, id="elsewhere", board_id="other"))
    return widgets


async def test_widgets_of_one_board_are_listed(three):
    """Those of others are not."""
    found = [await three.list_of(board) for board in ("home", "other", "nowhere")]
    assert [["a", "b", "c"], ["elsewhere"], []] == [[widget.id for widget in widgets] for widgets in found]


async def test_widgets_are_arranged(three):
    """They stand in the order that was given, from the first position on."""
    assert await three.arrange("home", ["c", "a", "b"])
    assert [("c", 0), ("a", 1), ("b", 2)] == [(item.id, item.position) for item in await three.list_of("home")]


@pytest.mark.parametrize("order", ["ab", "abcd", "abb", "", ["a", "b", "elsewhere"]], ids=str)
async def test_an_order_of_other_widgets_is_refused(three, order):
    """Who saw another board than the one that is kept changes nothing."""
    before = await three.list()
    assert await three.arrange("home", [*order]) is False
    assert before == await three.list()
