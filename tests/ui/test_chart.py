"""A chart is read by keys, by pointer and as a table."""

import re

import pytest
from playwright.sync_api import expect

SHOW = """
() => {
  const chart = document.createElement("integration-chart");
  const times = [0, 1, 2, 3].map((hour) => `2026-01-01T0${hour}:00:00Z`);
  const series = [{ label: "Down", values: [1, 2, null, 4] }, { label: "Up", values: [5, 6, 7, 8], unit: "B" }];
  chart.payload = { kind: "chart", series, times };
  chart.style.inlineSize = "400px";
  document.querySelector("main").append(chart);
}
"""


@pytest.fixture
def chart(page_of):
    page = page_of('<button type="button">Before</button>')
    page.evaluate(SHOW)
    return page


def test_keys_read_the_values(chart):
    """From the latest on; Escape ends it, and so does leaving."""
    slider, tooltip = chart.get_by_role("slider", name="Chart of Down, Up"), chart.locator("[part=tooltip]")
    expect(slider).to_have_count(1)
    expect(tooltip).to_have_count(0)
    chart.get_by_role("button", name="Before").focus()
    chart.keyboard.press("Tab")
    expect(slider).to_be_focused()
    expect(tooltip).to_contain_text("4")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r", Down 4, Up 8\sB$"))
    chart.keyboard.press("ArrowLeft")
    expect(tooltip).to_contain_text("\u2013")
    chart.keyboard.press("Home")
    expect(tooltip).to_contain_text("5\u00a0B")
    chart.keyboard.press("Escape")
    expect(tooltip).to_have_count(0)
    chart.keyboard.press("ArrowLeft")
    expect(tooltip).to_have_count(1)
    chart.keyboard.press("Shift+Tab")
    expect(tooltip).to_have_count(0)


def test_the_pointer_reads_what_is_nearest(chart):
    """Until it leaves."""
    plot, tooltip = chart.locator("[part=plot]"), chart.locator("[part=tooltip]")
    box = plot.bounding_box()
    chart.mouse.move(box["x"] + box["width"] - 15, box["y"] + 20)
    expect(tooltip).to_contain_text("4")
    chart.mouse.move(box["x"] + 30, box["y"] + 20)
    expect(tooltip).to_contain_text("1")
    chart.mouse.move(box["x"], box["y"] + box["height"] + 300)
    expect(tooltip).to_have_count(0)


def test_the_table_has_every_value(chart):
    """The latest first."""
    chart.get_by_role("button", name="Table of values").click()
    table = chart.get_by_role("table", name="Table of values")
    assert ["Time", "Down", "Up"] == table.get_by_role("columnheader").all_inner_texts()
    expect(table.get_by_role("row")).to_have_count(5)
    expect(table.get_by_role("row").nth(1)).to_contain_text("4")
    expect(table.get_by_role("row").nth(2)).to_contain_text("\u2013")
