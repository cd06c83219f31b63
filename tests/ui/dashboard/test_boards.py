"""Boards: arranged by pointer and keyboard, and found again as they were left."""

import pytest
from playwright.sync_api import Page, expect
from waiting import until_in_thread

TITLES = ["Overview", "CPU", "Memory", "Disks", "Problems"]


@pytest.fixture
def page(look) -> Page:
    page = look(viewport={"width": 1300, "height": 900})
    page.get_by_role("button", name="Edit board").click()
    return page


def titles(page: Page) -> list[str]:
    return page.locator(".grid > .cell").evaluate_all(
        "cells => cells.map((cell) => cell.querySelector('.grip')?.textContent ?? 'gone')"
    )


def kept(api, board: str = "home") -> list[str]:
    return [widget["title"] for widget in api.get(f"/api/boards/{board}").json()["data"]["widgets"]]


def size(api, widget_id: str) -> tuple[int, int]:
    widget = api.get(f"/api/widgets/{widget_id}").json()["data"]
    return widget["width"], widget["height"]


def stand(page: Page, api, expected: list[str]) -> None:
    """Wait until the page shows them in this order, and they are kept in it."""
    until_in_thread(lambda: expected == titles(page) == kept(api))


def test_a_widget_moves_by_button(page, api, keyboard_of):
    """The focus stays on the button, and what happened is said."""
    button = page.get_by_role("button", name="Move Memory earlier")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Memory is now 1 of 5")).to_have_count(1)
    expect(button).to_be_focused()
    stand(page, api, ["Memory", "Overview", "CPU", "Disks", "Problems"])
    expect(button).to_have_attribute("aria-disabled", "true")


def test_a_widget_is_dragged(page, api):
    """The others make room while it is dragged, and stay where they came to stand."""
    grip = page.locator(".grip", has_text="Problems")
    target = page.locator(".cell", has=page.locator(".grip", has_text="CPU")).bounding_box()
    grip.hover()
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + 40, steps=8)
    page.mouse.up()
    stand(page, api, ["Overview", "Problems", "CPU", "Memory", "Disks"])


def test_escape_ends_a_drag(page, api):
    """Everything is as it was."""
    page.locator(".grip", has_text="Problems").hover()
    page.mouse.down()
    page.mouse.move(100, 250, steps=8)
    page.keyboard.press("Escape")
    page.mouse.up()

    assert TITLES == titles(page) == kept(api)


def test_a_widget_is_resized(page, api):
    """Wider and higher, within the grid's four columns and rows; a reload finds it so."""
    before = page.locator(".cell").nth(2).bounding_box()
    for name in ("wider", "taller", "taller"):
        page.get_by_role("button", name=f"Make Memory {name}").click()
    expect(page.get_by_role("status").filter(has_text="Memory is now 2 columns wide and 4 rows high")).to_have_count(1)
    until_in_thread(lambda: (2, 4) == size(api, "this-machine-memory"))
    page.reload()
    after = page.locator(".cell").nth(2).bounding_box()

    assert (True, True) == (after["width"] > 1.9 * before["width"], after["height"] > 1.9 * before["height"])


def test_a_removed_widget_can_be_brought_back(page, api):
    """Undo stands in its place, and has the focus; the widget comes back to where it was."""
    page.get_by_role("button", name="Remove CPU").click()
    undo = page.get_by_role("button", name="Undo removing CPU")
    expect(undo).to_be_focused()
    until_in_thread(lambda: [title for title in TITLES if title != "CPU"] == kept(api))
    undo.press("Enter")
    expect(page.get_by_role("button", name="Edit CPU")).to_be_focused()
    stand(page, api, TITLES)


def test_what_was_removed_is_gone_when_done(page):
    """The place closes."""
    page.get_by_role("button", name="Remove CPU").click()
    page.get_by_role("button", name="Done").click()

    expect(page.locator(".cell")).to_have_count(4)
    expect(page.get_by_role("button", name="Edit board")).to_be_focused()


def test_a_widget_is_edited(page, api):
    """Its form says what it is; closing it gives the focus back."""
    button = page.get_by_role("button", name="Edit Memory")
    button.click()
    dialog = page.get_by_role("dialog", name="Edit Memory")
    expect(dialog.get_by_label("Title")).to_have_value("Memory")
    dialog.get_by_label("Title").fill("RAM")
    dialog.get_by_label("refresh").fill("60")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Edit RAM")).to_be_focused()
    widget = api.get("/api/widgets/this-machine-memory").json()["data"]

    assert ("RAM", 60) == (widget["title"], widget["config"]["refreshInterval"])


def test_an_interval_is_taken_back(page, api):
    """An empty field is no interval."""
    path = "/api/widgets/this-machine-memory"
    api.patch(path, json={"config": {"refreshInterval": 60}})
    page.reload()
    page.get_by_role("button", name="Edit board").click()
    page.get_by_role("button", name="Edit Memory").click()
    dialog = page.get_by_role("dialog", name="Edit Memory")
    dialog.get_by_label("refresh").fill("")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    assert "refreshInterval" not in api.get(path).json()["data"]["config"]


def test_a_change_that_is_refused_is_told(page, api):
    """Somebody else was here: the page says so, and shows what there is."""
    api.delete("/api/widgets/this-machine-disks")
    page.get_by_role("button", name="Move CPU earlier").click()

    expect(page.get_by_role("alert")).to_contain_text("somebody may have changed it")
    expect(page.locator(".cell")).to_have_count(4)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_board_is_added_renamed_and_deleted(page, api):
    """Each has its address; the last one stays."""
    page.get_by_role("button", name="New board").click()
    page.get_by_role("textbox", name="Name").fill("Media")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This board is empty")).to_be_visible()
    page.get_by_role("button", name="Edit board").click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill("Films")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("navigation", name="Boards").get_by_role("link", name="Films")).to_be_visible()
    expect(page).to_have_title("Films · Dashboard")
    page.get_by_role("button", name="Delete board").click()
    page.get_by_role("dialog", name="Delete Films?").get_by_role("button", name="Delete board").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.get_by_role("button", name="Edit board").click()
    page.get_by_role("button", name="Delete board").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete board").click()
    expect(page.get_by_role("alert")).to_contain_text("This is the last board")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Delete board")).to_be_focused()

    assert ["Home"] == [board["name"] for board in api.get("/api/boards").json()["data"]]


def test_a_board_without_apps_says_what_to_do(look, api):
    """The first step is an app."""
    api.delete("/api/apps/this-machine")
    page = look()

    expect(page.get_by_role("heading", name="Add your first app")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Add app").click()
    expect(page.get_by_text("Which service do you run?")).to_be_visible()


def test_an_empty_board_offers_a_widget(look, api):
    """Its button opens the form, and the widget stands there."""
    for widget in api.get("/api/widgets").json()["data"]:
        api.delete(f"/api/widgets/{widget['id']}")
    page = look()
    page.get_by_role("button", name="Add widget").click()
    dialog = page.get_by_role("dialog", name="Add widget")
    dialog.get_by_label("App").select_option("this-machine")
    dialog.get_by_label("What to show").select_option("memory")
    dialog.get_by_role("button", name="Save").click()

    expect(page.get_by_role("article", name="Memory")).to_contain_text("%")


def test_boards_change_their_order(page, api):
    """By buttons that are there once there are several; the links to them follow, and a reload finds them so."""
    assert 0 == page.get_by_role("button", name="Move board later").count()
    for name in ("Media", "Network"):
        api.post("/api/boards", json={"name": name})
    page.reload()
    page.get_by_role("button", name="Edit board").click()
    button = page.get_by_role("button", name="Move board later")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Home is now board 2 of 3")).to_have_count(1)
    expect(button).to_be_focused()
    links = page.get_by_role("navigation", name="Boards").get_by_role("link")
    expect(links).to_have_text(["Media", "Home", "Network"])
    page.reload()
    expect(links).to_have_text(["Media", "Home", "Network"])

    assert ["Media", "Home", "Network"] == [board["name"] for board in api.get("/api/boards").json()["data"]]


def test_a_widget_moves_to_another_board(page, api):
    """A dialog asks which; there it stands last."""
    media = api.post("/api/boards", json={"name": "Media"}).json()["data"]["id"]
    page.reload()
    page.get_by_role("button", name="Edit board").click()
    page.get_by_role("button", name="Move CPU to another board").click()
    dialog = page.get_by_role("dialog", name="Move CPU to another board")
    dialog.get_by_label("Board").select_option("Media")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="CPU is now on Media")).to_have_count(1)
    stand(page, api, [title for title in TITLES if title != "CPU"])

    assert ["CPU"] == kept(api, media)


def test_a_board_that_is_gone_takes_no_widget(page, api):
    """The dialog says so, and the widget stays."""
    media = api.post("/api/boards", json={"name": "Media"}).json()["data"]["id"]
    page.reload()
    page.get_by_role("button", name="Edit board").click()
    page.get_by_role("button", name="Move CPU to another board").click()
    api.delete(f"/api/boards/{media}")
    dialog = page.get_by_role("dialog", name="Move CPU to another board")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    page.keyboard.press("Escape")

    assert TITLES == titles(page) == kept(api)
