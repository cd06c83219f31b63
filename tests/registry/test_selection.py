"""Who is let in, and who wins: decided before anything is imported."""

import sys

import pytest

from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.registry import PluginState, Registry


def row(plugin, **options):
    """Return the row of a plugin on the path."""
    return {entry.id: entry for entry in Registry.from_entry_points(**options).list()}[plugin]


def test_two_distributions_with_one_id_are_in_conflict(site):
    """Neither wins; the reason names both and says what to pass."""
    site.good("first-dist", "both")
    site.good("second-dist", "both", version="2.0")
    found = row("both")
    expected = (
        "offered by first-dist 1.0 and second-dist 2.0: pass prefer={'both': 'first-dist'} or"
        " prefer={'both': 'second-dist'} to Registry.from_entry_points, or uninstall all but one"
    )
    assert (PluginState.CONFLICT, expected, None) == (found.state, found.reason, found.distribution)


def test_a_conflict_imports_neither(site):
    """Asking for it tells the reason and runs no code."""
    packages = {site.good("first-dist", "both"), site.good("second-dist", "both")}
    with pytest.raises(UnknownIntegrationError, match=r"'both' is in conflict: .*first-dist.*second-dist"):
        Registry.from_entry_points().get("both")
    assert not packages & set(sys.modules)


def test_the_preferred_distribution_wins(site):
    """``prefer`` takes the name in any spelling."""
    site.good("first-dist", "both")
    site.good("second-dist", "both")
    assert "second-dist" == row("both", prefer={"both": "Second_Dist"}).distribution


def test_a_preferred_distribution_that_is_missing_is_not_replaced_by_another(site):
    """Credentials never go to code the host did not choose."""
    site.good("other-dist", "mine")
    found = row("mine", prefer={"mine": "wanted-dist"})
    assert (PluginState.CONFLICT, True) == (found.state, "install 'wanted-dist'" in (found.reason or ""))


def test_blocking_one_of_two_settles_the_conflict(site):
    """What is blocked claims nothing."""
    site.good("first-dist", "both")
    site.good("second-dist", "both")
    assert "first-dist" == row("both", block=["second-dist"]).distribution


@pytest.mark.parametrize("name", ["dangerous", "Bad.Dist"])
def test_a_blocked_plugin_is_not_imported(site, name):
    """It can be named by its id or by its distribution, in any spelling."""
    package = site.good("bad-dist", "dangerous")
    registry = Registry.from_entry_points(block=[name])
    with pytest.raises(UnknownIntegrationError, match=r"'dangerous' is blocked: bad-dist 1.0: the host blocks"):
        registry.get("dangerous")
    assert package not in sys.modules


@pytest.mark.parametrize(
    ("allow", "expected"),
    [
        (None, {"one": "available", "two": "available"}),
        (["one"], {"one": "available", "two": "blocked"}),
        (["dist_two"], {"one": "blocked", "two": "available"}),
        ([], {"one": "blocked", "two": "blocked"}),
    ],
)
def test_only_what_is_on_the_list_of_allowed_plugins_is_available(site, allow, expected):
    """The list holds ids or distributions; an empty one allows nothing."""
    site.good("dist-one", "one")
    site.good("dist-two", "two")
    states = {entry.id: entry.state for entry in Registry.from_entry_points(allow=allow).list()}
    assert expected == {plugin: states[plugin] for plugin in expected}


def test_block_is_stronger_than_allow(site):
    """A name on both lists is blocked."""
    site.good("dist-one", "one")
    assert PluginState.BLOCKED == row("one", allow=["one"], block=["dist-one"]).state


@pytest.mark.parametrize("word", ["allow", "block"])
def test_a_text_in_place_of_a_list_is_a_mistake(word):
    """It would mean its letters."""
    with pytest.raises(TypeError, match=f"{word}=\\['transmission'\\]"):
        Registry.from_entry_points(**{word: "transmission"})
