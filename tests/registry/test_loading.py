"""The first use: one import, off the event loop, and no plugin that takes the host down."""

import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import anyio
import pytest
from waiting import turns, until, until_in_thread

from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.integration import Integration
from dashboard_integrations.registry import PluginState, Registry

SLOW = """
import builtins
builtins.slow_plugin_import()
"""


@dataclass(frozen=True)
class App:
    integration_type: str | None


def row(registry, plugin):
    """Return one row."""
    return {entry.id: entry for entry in registry.list()}[plugin]


class SlowImport:
    """The import of a slow plugin: each is known by its thread, and lasts until it may end."""

    def __init__(self):
        self.threads = []
        self.may_end = threading.Event()

    def __call__(self):
        self.threads.append(threading.get_ident())
        self.may_end.wait(60)


@pytest.fixture
def slow(monkeypatch):
    """Return what is imported when a slow plugin is."""
    import builtins

    found = SlowImport()
    monkeypatch.setattr(builtins, "slow_plugin_import", found, raising=False)
    yield found
    found.may_end.set()


def install_slow(site):
    """Install a plugin whose import takes as long as its test wants."""
    from_good = site.good("slow-plugin", "slow")
    module = site.path / f"{from_good}.py"
    module.write_text(SLOW + module.read_text())


def test_the_first_use_makes_a_plugin_active(site):
    """The row then tells how long its import took."""
    site.good("nice-plugin", "nice")
    moments = iter([10.0, 10.5])
    registry = Registry.from_entry_points(clock=lambda: next(moments))
    integration = registry.get("nice")
    found = row(registry, "nice")
    assert ("Good", PluginState.ACTIVE, 0.5) == (integration.name, found.state, found.load_seconds)


def test_an_entry_point_may_be_an_instance(site):
    """A class is the rule; an instance serves as well."""
    package = site.good("instance-plugin", "instance")
    with (site.path / f"{package}.py").open("a") as file:
        file.write("\nthe_one = Good()\n")
    info = site.path / f"{package}-1.0.dist-info" / "entry_points.txt"
    info.write_text(f"[dashboard.integrations]\ninstance = {package}:the_one\n")
    assert Registry.from_entry_points().get("instance") is sys.modules[package].the_one


def test_twenty_threads_share_one_import(site, slow):
    """All get the same instance."""
    install_slow(site)
    registry = Registry.from_entry_points()
    barrier = threading.Barrier(21)

    def ask(_number: int) -> Integration:
        barrier.wait(60)
        return registry.get("slow")

    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(ask, number) for number in range(20)]
        barrier.wait(60)
        until_in_thread(lambda: slow.threads)
        slow.may_end.set()
        answers = {id(answer.result()) for answer in asked}
    assert (1, 1) == (len(answers), len(slow.threads))


async def test_tasks_share_one_import_off_the_event_loop(site, slow):
    """The loop goes on turning meanwhile, and only one worker thread is in use."""
    install_slow(site)
    registry = Registry.from_entry_points()
    answers = []

    async def ask() -> None:
        answers.append(await registry.load("slow"))

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(ask)
        # The import lasts until this line is past: the loop cannot be held by it.
        await until(lambda: slow.threads)
        await anyio.wait_all_tasks_blocked()
        slow.may_end.set()
    assert (20, 1, True) == (len(answers), len(slow.threads), slow.threads[0] != threading.get_ident())


async def test_a_caller_that_gives_up_does_not_wait_for_the_import(site, slow):
    """The import goes on for those who come later."""
    install_slow(site)
    registry = Registry.from_entry_points()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(registry.load, "slow")
        await until(lambda: slow.threads)
        tasks.cancel_scope.cancel()
    slow.may_end.set()
    later = await registry.load("slow")
    assert ("slow", 1) == (later.id, len(slow.threads))


async def test_an_active_integration_is_given_without_a_thread(site):
    """``load`` then does what ``get`` does."""
    site.good("nice-plugin", "nice")
    registry = Registry.from_entry_points()
    first = registry.get("nice")
    assert first is await registry.load("nice")


async def test_the_integration_of_an_app_is_the_one_it_names(site):
    """``integration_type`` is the id."""
    site.good("nice-plugin", "nice")
    found = await Registry.from_entry_points().get_for_app(App("nice"))
    assert "nice" == found.id


async def test_an_app_without_an_integration_is_told_so():
    """An app may have none."""
    with pytest.raises(UnknownIntegrationError, match="the app has no integration"):
        await Registry().get_for_app(App(None))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise RuntimeError('no config\\nfound')", "RuntimeError: no config found"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("raise BaseException", "BaseException"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("def broken(:", "SyntaxError: "),
        ("import not_installed_anywhere", "ModuleNotFoundError: "),
        ("Other = 1", "AttributeError: "),
        ("def loop(): loop()\nloop()", "RecursionError: "),
        ("class E(Exception):\n def __str__(self): raise ValueError\nraise E", "E: its text cannot be read"),
        ("raise RuntimeError('x' * 10_000)", "RuntimeError: xxx"),
    ],
)
def test_whatever_a_plugin_raises_at_import_is_a_broken_row(site, caplog, code, reason):
    """The reason names the distribution, its version and where its code is."""
    site.install("bad-plugin", code=code, plugins={"bad": "bad_plugin:Bad"})
    registry = Registry.from_entry_points()
    with caplog.at_level(logging.CRITICAL), pytest.raises(UnknownIntegrationError, match="'bad' is broken"):
        registry.get("bad")
    found = row(registry, "bad").reason or ""
    assert (True, True) == (found.startswith(f"bad-plugin 1.0 (bad_plugin:Bad): {reason}"), len(found) < 400)


def test_a_broken_plugin_is_imported_once(site):
    """Every later caller is told the same."""
    site.install("bad-plugin", code="raise RuntimeError", plugins={"bad": "bad_plugin:Bad"})
    registry = Registry.from_entry_points()
    messages = set()
    for _ in range(2):
        with pytest.raises(UnknownIntegrationError) as caught:
            registry.get("bad")
        messages.add(caught.value.message)
        (site.path / "bad_plugin.py").write_text("raise ValueError")
    assert 1 == len(messages)


def test_a_person_who_presses_ctrl_c_is_heard(site):
    """``KeyboardInterrupt`` passes, and the plugin can be asked for again."""
    site.install("stopped", code="raise KeyboardInterrupt", plugins={"stopped": "stopped:X"})
    registry = Registry.from_entry_points()
    with pytest.raises(KeyboardInterrupt):
        registry.get("stopped")
    assert PluginState.AVAILABLE == row(registry, "stopped").state


def test_a_broken_plugin_leaves_its_neighbours_alone(site):
    """One row is broken, the other works."""
    site.install("bad-plugin", code="raise RuntimeError", plugins={"bad": "bad_plugin:Bad"})
    site.good("nice-plugin", "nice")
    registry = Registry.from_entry_points()
    with pytest.raises(UnknownIntegrationError):
        registry.get("bad")
    assert "nice" == registry.get("nice").id


def test_a_broken_plugin_is_logged_with_its_traceback(site, caplog):
    """An author finds the line; the event has a name and its data apart."""
    site.install("bad-plugin", code="raise RuntimeError('why')", plugins={"bad": "bad_plugin:Bad"})
    with pytest.raises(UnknownIntegrationError):
        Registry.from_entry_points().get("bad")
    (record,) = [record for record in caplog.records if getattr(record, "plugin", None) == "bad"]
    assert ("plugin-unusable", "broken", RuntimeError) == (record.message, record.state, record.exc_info[0])


def test_a_plugin_made_for_a_newer_api_that_did_not_say_so_is_incompatible(site):
    """The attribute is looked at before anything else of it."""
    code = "class New:\n    api_version = 7\n    def __init__(self): raise RuntimeError\n"
    site.install("sly-plugin", code=code, plugins={"sly": "sly_plugin:New"})
    registry = Registry.from_entry_points()
    with pytest.raises(UnknownIntegrationError, match="made for API v7"):
        registry.get("sly")
    assert PluginState.INCOMPATIBLE == row(registry, "sly").state


def test_a_plugin_that_asks_for_itself_does_not_deadlock(site):
    """It is told what it does."""
    code = "import builtins\nbuiltins.registry_under_test().get('narcissus')\n"
    site.install("narcissus", code=code, plugins={"narcissus": "narcissus:X"})
    registry = Registry.from_entry_points()
    import builtins

    builtins.registry_under_test = lambda: registry
    try:
        with pytest.raises(UnknownIntegrationError, match="asks for itself"):
            registry.get("narcissus")
    finally:
        del builtins.registry_under_test


async def test_an_import_that_does_not_end_costs_nobody_a_thread(site, slow):
    """It is waited for once, in one thread; then who asks is told at once, and so is who reads the table."""
    install_slow(site)
    registry = Registry.from_entry_points(import_patience=0.2)
    for _ in range(3):
        with pytest.raises(UnknownIntegrationError, match="cannot be used yet: slow-plugin") as caught:
            await registry.load("slow")
        assert "importing" == caught.value.reason
    await until(lambda: slow.threads)
    found = row(registry, "slow")
    assert (1, PluginState.AVAILABLE) == (len(slow.threads), found.state)
    assert (found.reason or "").endswith("its import has not ended after 0.2 seconds")


async def test_callers_that_give_up_take_no_thread_each(site, slow):
    """Pages that are closed while a plugin is imported leave nothing behind."""
    install_slow(site)
    registry = Registry.from_entry_points()
    before = threading.active_count()
    for _ in range(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(registry.load, "slow")
            await until(lambda: slow.threads)
            await turns()
            tasks.cancel_scope.cancel()
    assert (True, 1) == (threading.active_count() <= before + 1, len(slow.threads))


async def test_an_import_that_ends_late_is_an_import(site, slow):
    """What could not be used yet can be used then, and its row says no more of it."""
    install_slow(site)
    registry = Registry.from_entry_points(import_patience=0.05)
    with pytest.raises(UnknownIntegrationError):
        await registry.load("slow")
    slow.may_end.set()
    await until(lambda: row(registry, "slow").state is PluginState.ACTIVE)
    assert ("slow", None) == ((await registry.load("slow")).id, row(registry, "slow").reason)


async def test_a_plugin_that_raises_keyboard_interrupt_beside_the_loop_is_broken(site, caplog):
    """Nobody's Ctrl-C arrives in another thread than the main one."""
    site.install("stopped", code="raise KeyboardInterrupt", plugins={"stopped": "stopped:X"})
    registry = Registry.from_entry_points()
    with caplog.at_level(logging.CRITICAL), pytest.raises(UnknownIntegrationError, match="'stopped' is broken"):
        await registry.load("stopped")
    assert PluginState.BROKEN == row(registry, "stopped").state
