"""Which view an answer gets, and what is said about it."""

import pytest

from dashboard_integrations.scaffold.first_view import NothingToShowError
from dashboard_integrations.scaffold.guess import first_view, fitting_views
from dashboard_integrations.scaffold.samples import sample_answer
from dashboard_integrations.views import ViewKind

SYNCTHING = {"connections": {"P56IOI7-AAAAA2A": {"connected": True}, "YZJBJFX-BBBBB3B": {"connected": False}}}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"users": 3, "sessions": 4, "queue": 1}, ViewKind.STAT_CARD),
        ({"state": "fine"}, ViewKind.STAT_CARD),
        ([], ViewKind.STAT_CARD),
        ({"items": []}, ViewKind.STAT_CARD),
        ({"cpu_percent": 12.5}, ViewKind.GAUGE),
        ({"storage": {"used": 3, "total": 9}, "version": "1"}, ViewKind.GAUGE),
        ({"memory": {"free": 3, "total": 9}}, ViewKind.GAUGE),
        ({"cpu_percent": 1, "mem_percent": 2}, ViewKind.STAT_CARD),
        ([{"name": "a", "size": 3}], ViewKind.LIST),
        ({"data": [{"title": "a"}]}, ViewKind.LIST),
        ({"total": 1, "page": 1, "items": [{"name": "a"}]}, ViewKind.LIST),
        (SYNCTHING, ViewKind.LIST),
        ([{"name": "a", "percent": 3}], ViewKind.PROGRESS),
        ([{"name": "a", "cpu_percent": 3}], ViewKind.LIST),
        ([{"name": "a", "severity": "high"}], ViewKind.ALERT_BANNER),
        ({"alerts": [{"name": "a"}]}, ViewKind.ALERT_BANNER),
        ([{"time": 1_700_000_000 + minute, "value": 1} for minute in range(3)], ViewKind.CHART),
    ],
)
def test_the_view_follows_from_the_answer(answer, kind):
    """What shows most of it."""
    assert kind is first_view(answer).kind


@pytest.mark.parametrize("kind", ViewKind)
def test_the_samples_are_of_their_view(kind):
    """What a new integration begins with fits."""
    assert kind is first_view(sample_answer(kind), kind=kind).kind


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        ({"a": 1}, ViewKind.GAUGE, "neither a percentage nor a used and a total"),
        ({"a": 1}, ViewKind.LIST, "no rows"),
        ([{"a": "x"}], ViewKind.PROGRESS, "no percentage"),
        ({"a": 1}, ViewKind.CHART, "no list of objects with a number"),
        ([{"v": 1.5}], ViewKind.CHART, "neither a time nor a name"),
        ([{"v": 1.5}], ViewKind.LIST, "no text to be their title"),
        ({}, ViewKind.STAT_CARD, "no numbers, texts or lists"),
    ],
)
def test_a_view_that_does_not_fit_is_told(answer, kind, told):
    """With those that do."""
    with pytest.raises(NothingToShowError, match=told) as failure:
        first_view(answer, kind=kind)
    assert all(fitting in str(failure.value) for fitting in fitting_views(answer))


def test_what_is_guessed_is_told():
    """A unit that the name does not say, and words that mean something."""
    notes = first_view(
        [{"name": "a", "state": "paused", "size": 3_000_000}, {"name": "b", "state": "odd", "size": 1}]
    ).notes
    assert "state: paused is warning; not understood: odd: complete _STATUSES" in notes
    assert "size is taken for a value in B" in notes


def test_numbers_that_do_not_fit_are_told():
    """A card has six; the models have all."""
    notes = first_view({f"n{letter}": 1 for letter in "abcdefghij"}).notes
    assert ["4 more numbers of the answer are not shown: its models are in answers.py"] == list(notes)


def test_words_for_anything_are_not_shown():
    """What rows stand in is named only where that says something."""
    view = first_view({"result": [{"name": "a", "n": 1}]})
    assert ("entries", "The entries there are.") == (view.name, view.description)
    assert '("Total", 3)' in first_view({"data": {"total": 3, "x": 1}}).expected[0][1]


def test_labels_differ():
    """What stands in two places is told apart by them."""
    view = first_view({"down": {"rate": 1}, "up": {"rate": 2}, "rate": 3})
    assert "Down rate" in view.expected[0][1]
    assert "Up rate" in view.expected[0][1]
