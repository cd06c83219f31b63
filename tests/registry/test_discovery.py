"""Discovery: what is found, and that nothing is imported for it."""

import importlib.metadata
import sys
from types import MappingProxyType

import pytest
from importlib_metadata import distributions

from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.registry import PluginEntry, PluginOrigin, PluginState, Registry, distributions_of


def rows(site, **options):
    """Return the rows of what is installed in ``site`` by id."""
    registry = Registry.from_entry_points(distributions=distributions(path=[str(site.path)]), **options)
    return {entry.id: entry for entry in registry.list()}


def test_an_installed_plugin_is_available_with_its_provenance(site):
    """A row says what installed the plugin and where its code is."""
    site.good("Nice.Plugin", "nice", version="2.1")
    expected = PluginEntry(
        id="nice",
        state=PluginState.AVAILABLE,
        origin=PluginOrigin.ENTRY_POINT,
        distribution="Nice.Plugin",
        version="2.1",
        value="nice.plugin:Good",
    )
    assert {"nice": expected} == rows(site)


def test_the_default_scan_reads_the_whole_path(site):
    """Without distributions, all that are on sys.path are read."""
    site.good("found-on-path", "found-on-path")
    assert "found-on-path" in {entry.id for entry in Registry.from_entry_points().list()}


def test_discovery_imports_no_plugin(site):
    """Building a registry and listing it leaves sys.modules alone."""
    package = site.good("quiet-plugin", "quiet")
    before = set(sys.modules)
    rows(site)
    assert set() == {name for name in set(sys.modules) - before if name.startswith(package)}


def test_the_distributions_of_the_standard_library_serve_as_well(site):
    """A host may have found them in its own way."""
    site.good("some-plugin", "some")
    registry = Registry.from_entry_points(distributions=importlib.metadata.distributions(path=[str(site.path)]))
    assert "Good" == registry.get("some").name


def test_rows_are_sorted_by_id(site):
    """The order of installation does not matter."""
    for plugin in ("zulu", "alpha", "mike"):
        site.good(f"dist-{plugin}", plugin)
    assert ["alpha", "mike", "zulu"] == list(rows(site))


def test_a_distribution_seen_twice_counts_once(make_site):
    """The first on the path wins, as it does for imports, and there is no conflict."""
    make_site("system").good("same-plugin", "same", version="1.0")
    make_site("user").good("Same_Plugin", "same", version="2.0")
    (row,) = [entry for entry in Registry.from_entry_points().list() if entry.id == "same"]
    assert (PluginState.AVAILABLE, "2.0") == (row.state, row.version)


def test_egg_info_and_dist_info_of_one_distribution_count_once(site):
    """A leftover of an older installation is no second claim."""
    site.good("old-and-new", "old-and-new")
    egg = site.path / "old_and_new.egg-info"
    egg.mkdir()
    (egg / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: old-and-new\nVersion: 0.9\n")
    (egg / "entry_points.txt").write_text("[dashboard.integrations]\nold-and-new = old_and_new:Good\n")
    assert PluginState.AVAILABLE == rows(site)["old-and-new"].state


@pytest.mark.parametrize("value", ["!!", "pkg:", "pkg", "pkg:Class:Other", "a b:C", ""])
def test_an_entry_point_that_cannot_be_read_is_a_broken_row(site, value):
    """Its reason names the distribution and shows what an entry point looks like."""
    site.install("odd-value", plugins={"odd": value})
    row = rows(site)["odd"]
    assert (PluginState.BROKEN, True, True) == (
        row.state,
        "odd-value 1.0" in (row.reason or ""),
        "package.module:Class" in (row.reason or ""),
    )


def test_an_entry_point_name_that_is_no_id_is_a_broken_row(site):
    """An id is checked before anything is imported."""
    site.install("odd-name", plugins={"Not An Id": "odd_name:Good"})
    assert PluginState.BROKEN == rows(site)["Not An Id"].state


def test_an_id_named_twice_by_one_distribution_is_a_broken_row(site):
    """There is no telling which of the two it means."""
    site.install("twice", entry_points="[dashboard.integrations]\ntwice = twice:A\ntwice = twice:B\n")
    assert PluginState.BROKEN == rows(site)["twice"].state


@pytest.mark.parametrize(
    "content", [b"[dashboard.integrations]\nno equals sign\n", b"[dashboard.integrations]\nx=\xff"]
)
def test_entry_points_that_cannot_be_parsed_are_a_row_of_the_distribution(site, content):
    """The row has the distribution's name, as no id can be read."""
    site.install("no-sense")
    (site.path / "no_sense-1.0.dist-info" / "entry_points.txt").write_bytes(content)
    assert PluginState.BROKEN == rows(site)["no-sense"].state


def test_unreadable_entry_points_of_others_are_no_business_of_ours(site):
    """A distribution that does not mention our group has no row."""
    site.install("stranger", entry_points="[console_scripts]\nno equals sign\n")
    assert {} == rows(site)


def test_a_distribution_that_fails_at_everything_does_not_hide_the_others(site):
    """It may come from anybody's finder."""

    class Hopeless:
        metadata = MappingProxyType({"Name": "hopeless"})

        @property
        def entry_points(self):
            raise RuntimeError

        def read_text(self, filename, /):
            raise RuntimeError

    site.good("fine", "fine")
    found = [Hopeless(), *distributions(path=[str(site.path)])]
    assert ["fine"] == [entry.id for entry in Registry.from_entry_points(distributions=found).list()]


def test_a_distribution_without_metadata_is_a_broken_row(site):
    """A leftover folder says that its installation is damaged."""
    package = site.good("leftover", "leftover")
    (site.path / f"{package}-1.0.dist-info" / "METADATA").unlink()
    row = rows(site)["leftover"]
    assert (PluginState.BROKEN, None) == (row.state, row.distribution)


def test_a_leftover_does_not_stand_in_the_way_of_a_good_distribution(site):
    """A damaged installation is no rival."""
    (site.path / "leftover-0.9.dist-info").mkdir()
    (site.path / "leftover-0.9.dist-info" / "entry_points.txt").write_text("[dashboard.integrations]\nfine = x:Y\n")
    site.good("fine", "fine")
    assert PluginState.AVAILABLE == rows(site)["fine"].state


def test_metadata_that_is_not_text_does_not_hide_the_others(site):
    """One damaged METADATA file costs one row."""
    site.install("binary", metadata=b"\xff\xfe\x00", plugins={"binary": "binary:Good"})
    site.good("fine", "fine")
    assert {"binary": PluginState.BROKEN, "fine": PluginState.AVAILABLE} == {
        plugin: row.state for plugin, row in rows(site).items()
    }


def test_a_plugin_for_a_newer_api_is_incompatible_and_not_imported(site):
    """A distribution says which API it was made for in its metadata."""
    package = site.install("from-tomorrow", code="raise SystemExit", plugins={"new": "from_tomorrow:X"}, api="v2")
    registry = Registry.from_entry_points()
    with pytest.raises(UnknownIntegrationError, match=r"made for API v2 .* update dashboard-integrations"):
        registry.get("new")
    assert package not in sys.modules


@pytest.mark.parametrize(
    ("api", "state"),
    [
        (None, PluginState.INCOMPATIBLE),
        ("v1", PluginState.INCOMPATIBLE),
        ("v2", PluginState.AVAILABLE),
        ("3", PluginState.AVAILABLE),
        ("v4", PluginState.INCOMPATIBLE),
        ("next", PluginState.INCOMPATIBLE),
    ],
)
def test_this_version_and_the_one_before_are_supported(site, api, state):
    """With API 3, plugins for 2 and 3 are; without a word a plugin is for 1."""
    site.good("some-plugin", "some", api=api)
    assert state == rows(site, api_version=3)["some"].state


def test_an_integration_knows_the_distribution_it_comes_from(site):
    """Whoever has to be updated can be named; of two that offer an id, the one whose code it is."""
    site.good("first-of-two", "of-two", version="1.4")
    site.good("second-of-two", "of-two")
    registry = Registry.from_entry_points(prefer={"of-two": "first-of-two"})
    assert "first-of-two 1.4" == distributions_of(registry.get("of-two"))


def test_an_integration_made_in_code_comes_from_no_distribution(site):
    """A host registers its own."""

    class Own:
        id = "made-in-code"

    assert distributions_of(Own()) is None


def test_a_name_in_the_description_is_not_the_name_of_the_distribution(site):
    """Only the fields of METADATA count, not the text after them: a readme may hold a line that looks like one."""
    site.install(
        "without-a-name",
        plugins={"nameless": "without_a_name:Good"},
        metadata=b"Metadata-Version: 2.1\nVersion: 1.0\n\nName: somebody-else\n",
    )
    row = rows(site)["nameless"]
    assert (None, PluginState.BROKEN) == (row.distribution, row.state)
