"""The reference has every key of the language, and no other."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from dashboard_integrations.declarative import _auth, _definition, _fields, _requests, _selectors, _views

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "declarative.md"
CHARTS = set(_views.ChartView.model_fields)

TABLES = [
    ("The file", "", _definition.Definition),
    ("Config fields", "", _fields.ConfigField),
    ("Parameters", "", _fields.ParameterField),
    ("Test", "", _definition.TestDefinition),
    ("Endpoints", "", _definition.EndpointDefinition),
    ("Requests", "", _requests.Request),
    ("Moments", "", _requests.Moment),
    ("Number", "", _selectors.NumberSelector),
    ("Text", "", _selectors.TextSelector),
    ("Value", "", _selectors.ValueSelector),
    ("Time", "", _selectors.TimeSelector),
    ("Link", "", _selectors.LinkSelector),
    ("Rows", "", _selectors.RowsSelector),
    ("Status", "", _selectors.StatusSelector),
    ("Severity", "", _selectors.SeveritySelector),
    ("stat-card", "", _views.StatCardSource),
    ("stat-card", "Each of `stats`:", _views.StatPart),
    ("gauge", "", _views.GaugeSource),
    ("list", "", _views.ListSource),
    ("list", "`item`:", _views.ItemPart),
    ("progress", "", _views.ProgressSource),
    ("progress", "`bar`:", _views.BarPart),
    ("alert-banner", "", _views.AlertsView),
    ("alert-banner", "`alert`:", _views.AlertPart),
    ("chart", "`points`,", _views.PointsChart),
    ("chart", "`columns`,", _views.ColumnsChart),
    ("chart", "`groups`,", _views.GroupsChart),
]


def section(heading: str) -> str:
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert found, f"there is no section {heading!r}"
    return found[1]


def told_keys(heading: str, after: str) -> list[str]:
    """Return the keys of the first table of a section, or of the first behind the words ``after``."""
    table = section(heading).partition(after)[2] if after else section(heading)
    rows = re.search(r"\| key \|.*?\n\|---.*?\n((?:\|.*\n)+)", table)
    assert rows, f"there is no table in {heading!r}"
    return re.findall(r"^\| `(\w+)` \|", rows[1], re.MULTILINE)


def keys_of(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


@pytest.mark.parametrize(
    ("heading", "after", "model"), TABLES, ids=[f"{heading} {model.__name__}" for heading, _, model in TABLES]
)
def test_every_key_is_told(heading: str, after: str, model: type[BaseModel]) -> None:
    """In the order of the models."""
    own = [key for key in keys_of(model) if not (issubclass(model, _views.ChartView) and key in CHARTS | {"layout"})]

    assert sorted(own) == sorted(told_keys(heading, after))


def test_every_key_of_all_charts_is_told() -> None:
    """Once."""
    assert CHARTS | {"layout"} == set(told_keys("chart", ""))


def test_every_auth_scheme_is_told() -> None:
    """With its keys, in their order."""
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (`.+) \|$", section("Auth"), re.MULTILINE)
    models = get_args(get_args(_auth.Auth)[0])
    expected = {
        get_args(model.model_fields["scheme"].annotation)[0]: [key for key in keys_of(model) if key != "scheme"]
        for model in models
    }

    assert expected == {scheme: re.findall(r"`(\w+)`", keys) for scheme, keys in rows}


@pytest.mark.parametrize(
    ("heading", "word", "model"),
    [("chart", "points", _views.PointSeries), ("chart", "columns", _views.ColumnSeries)],
    ids=["points", "columns"],
)
def test_every_key_of_a_series_is_told(heading: str, word: str, model: type[BaseModel]) -> None:
    """Within the row of its list."""
    row = re.search(
        r"^\| `series` \| list of `\{ (.+?) \}`", section(heading).partition(f"`{word}`, ")[2], re.MULTILINE
    )

    assert row
    assert keys_of(model) == row[1].split(", ")


def test_every_word_is_told() -> None:
    """Each value that a key may have stands on the page."""
    text = PAGE.read_text()
    kinds = [
        _fields.FieldType,
        _requests.AnswerFormat,
        _requests.MomentFormat,
        _selectors.TimeFormat,
        _selectors.ValueType,
    ]

    assert [] == [word.value for kind in kinds for word in kind if f"`{word.value}`" not in text]
