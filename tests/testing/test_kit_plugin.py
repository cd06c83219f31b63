"""The pytest plugin: fixtures, no network for who uses the kit, and nothing for who merely has the library.

Every suite below runs in a process of its own, as its author would run it.
"""

import ast
import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

import pytest_dashboard_integrations

pytest_plugins = ["pytester"]

# Nobody answers at these: they are kept for documentation.
ELSEWHERE = "198.51.100.1"
NAME = "service.example"

REACHING = f"""
import errno
import socket

def reach():
    # A datagram socket sends nothing when it connects; a machine without network has words of its own for it.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        assert sock.connect_ex(("{ELSEWHERE}", 9)) in {{0, errno.ENETUNREACH}}
"""
INTEGRATION = '''
import pytest
from pydantic import SecretStr
from dashboard_integrations import ApiKeyHeader, Connection, ConnectionReport, HttpIntegration, ServiceConfig, endpoint
from dashboard_integrations.views import Gauge

class Config(ServiceConfig):
    key: SecretStr | None = None

class Meter(HttpIntegration[Config]):
    id = "meter"
    name = "Meter"
    auth = ApiKeyHeader("X-Key", "key")

    async def test_connection(self, connection: Connection[Config]) -> ConnectionReport:
        return ConnectionReport(version=await connection.get_json("version"))

    @endpoint(ttl=60)
    async def load(self, connection: Connection[Config]) -> Gauge:
        """Load."""
        return Gauge(label="Load", value=await connection.get_json("load", int))
'''


@pytest.fixture
def suite(pytester, monkeypatch):
    """Return what runs a suite of some files, with warnings as errors and strict markers.

    Plugins are named as pytest finds them, by their entry points: those of this repository take seconds to load.
    """
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyprojecttoml(
        """
        [tool.pytest.ini_options]
        anyio_mode = "auto"
        filterwarnings = ["error"]
        addopts = ["--strict-markers", "--strict-config"]
        """
    )

    def run(*arguments, **files):
        for name, content in {"reaching": REACHING, **files}.items():
            pytester.makepyfile(**{name: content})
        named = ("-p", "no:cacheprovider", "-p", "anyio", "-p", "dashboard-integrations")
        return pytester.runpytest_subprocess(*named, *arguments)

    return run


def test_loading_it_imports_pytest_and_the_standard_library_only():
    """Everybody who runs pytest where the library is installed pays for it."""
    entries = [item.value for item in distribution("dashboard-integrations").entry_points if item.group == "pytest11"]
    code = (
        "import json, pytest, sys\n"
        "from importlib import import_module\n"
        "before = set(sys.modules)\n"
        f"for name in {entries!r}: import_module(name)\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert "pytest_dashboard_integrations.plugin" in entries
    assert [name for name in loaded if name not in sys.stdlib_module_names] == ["pytest_dashboard_integrations"]


def test_loading_it_needs_no_new_pytest():
    """Who merely has the library may have an older pytest: of it, only what 7.0 has is looked up when it is loaded."""
    package = Path(pytest_dashboard_integrations.__file__).parent
    nodes = [node for path in package.glob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "pytest"}
    of_7_0 = {"CallInfo", "Config", "FixtureRequest", "Item", "Parser", "Session", "StashKey", "TestReport"}
    assert used - of_7_0 - {"fixture", "hookimpl"} == set()


def test_a_suite_of_others_runs_as_without_it(suite):
    """Nothing of ours is imported, no socket is watched, no fixture of theirs is replaced."""
    result = suite(
        "-p",
        "other_plugin",
        conftest="""
            import pytest

            @pytest.fixture
            def connection():
                return "theirs"
        """,
        other_plugin="""
            import pytest

            @pytest.fixture
            def fake_service():
                return "of a plugin"

            class Hooks:
                @pytest.fixture
                def fake_clock(self):
                    return "of a class"

            def pytest_configure(config):
                config.pluginmanager.register(Hooks())
        """,
        test_others="""
            import socket
            import sys
            import pytest
            from reaching import reach

            @pytest.fixture
            def connect():
                return "in the module"

            def test_fixtures(connection, connect, fake_service, fake_clock):
                found = [connection, connect, fake_service, fake_clock]
                assert found == ["theirs", "in the module", "of a plugin", "of a class"]

            @pytest.mark.network
            def test_nothing_is_imported():
                ours = {name.partition(".")[0] for name in sys.modules}
                assert {"dashboard_integrations", "pydantic", "httpx", "cryptography"} & ours == set()

            def test_no_socket_is_watched(connection):
                assert "connect" not in vars(socket.socket)
                reach()
        """,
    )
    result.assert_outcomes(passed=3)


def test_a_suite_of_a_host_keeps_its_network(suite):
    """Who imports the library, or a suite for databases and caches, has the network as before."""
    suite(
        test_host="""
            import dashboard_integrations
            from dashboard_integrations.testing.cache_backend import CacheBackendContract
            from reaching import reach

            def test_network():
                reach()
        """
    ).assert_outcomes(passed=1)


def test_the_fixtures_serve_an_author(suite):
    """On asyncio and trio: a service, apps of it, connections to it, and time."""
    result = suite(
        meter=INTEGRATION,
        test_meter="""
            from meter import Meter
            from dashboard_integrations import Connection, ErrorCode
            from dashboard_integrations.testing import assert_code

            async def test_app(fake_service, open_app, fake_clock):
                fake_service.reply("GET", "/load", json=3)
                fake_service.reply("GET", "/version", json="1")
                async with open_app(Meter, config={"key": "k"}) as app:
                    assert (await app.show("load")).value == 3
                    assert (await app.test()).data.version == "1"
                    assert app.clock is fake_clock
                    assert_code(await app.test(url="http://127.0.0.1:9"), ErrorCode.UNREACHABLE)
                assert fake_service.requests[0].headers["x-key"] == "k"

            async def test_connection(fake_service, connection):
                fake_service.reply("GET", "/load", json=4)
                assert isinstance(connection, Connection)
                assert await connection.get_json("load") == 4

            async def test_connect(fake_service, connect):
                fake_service.reply("GET", "/load", json=5)
                view = await Meter().fetch_data("load", connect(Meter, config={"key": "k"}))
                assert (view.value, fake_service.requests[0].headers["x-key"]) == (5, "k")
        """,
    )
    result.assert_outcomes(passed=6)


def test_the_fixtures_need_no_async_plugin(suite):
    """They are plain functions, so that they go with any."""
    suite(
        meter=INTEGRATION,
        test_meter="""
            import asyncio
            import trio
            from meter import Meter

            def test_runs(fake_service, open_app):
                fake_service.reply("GET", "/load", json=3)

                async def main():
                    async with open_app(Meter) as app:
                        return (await app.show("load")).value

                assert [asyncio.run(main()), trio.run(main)] == [3, 3]
        """,
    ).assert_outcomes(passed=1)


ASKS = {
    "connect": (f"socket.create_connection(('{ELSEWHERE}', 80))", f"a connection to '{ELSEWHERE}' (port 80)"),
    "connect-by-name": (f"stream().connect(('{NAME}', 80))", f"a connection to '{NAME}' (port 80)"),
    "connect-ex": (f"stream().connect_ex(('{NAME}', 80))", f"a connection to '{NAME}' (port 80)"),
    "ipv6": ("stream(family=socket.AF_INET6).connect(('2001:db8::1', 80))", "a connection to '2001:db8::1' (port 80)"),
    "datagram": (f"datagram().sendto(b'x', ('{ELSEWHERE}', 53))", f"a connection to '{ELSEWHERE}' (port 53)"),
    "datagram-by-name": (f"datagram().sendto(b'x', 0, ('{NAME}', 53))", f"a connection to '{NAME}' (port 53)"),
    "message": (f"datagram().sendmsg([b'x'], [], 0, ('{ELSEWHERE}', 53))", f"a connection to '{ELSEWHERE}' (port 53)"),
    "low-level": (f"stream(_socket.socket).connect(('{ELSEWHERE}', 80))", f"a connection to '{ELSEWHERE}' (port 80)"),
    "look-up": (f"socket.getaddrinfo('{NAME}', 80)", f"looking up '{NAME}'"),
    "look-up-imported": (f"getaddrinfo(b'{NAME}', 80)", f"looking up '{NAME}'"),
    "look-up-old": (f"socket.gethostbyname('{NAME}')", f"looking up '{NAME}'"),
    "look-up-ex": (f"socket.gethostbyname_ex('{NAME}')", f"looking up '{NAME}'"),
    "reverse": (f"socket.gethostbyaddr('{ELSEWHERE}')", f"looking up '{ELSEWHERE}'"),
    "name-of": (f"socket.getnameinfo(('{ELSEWHERE}', 80), 0)", f"looking up '{ELSEWHERE}'"),
    "urllib": (f"urllib.request.urlopen('http://{NAME}/')", f"looking up '{NAME}'"),
    "httpx": (f"httpx.get('http://{NAME}/')", f"looking up '{NAME}'"),
    "asyncio": (f"asyncio.run(asyncio.open_connection('{NAME}', 80))", f"looking up '{NAME}'"),
    "thread": (f"in_thread(lambda: socket.getaddrinfo('{NAME}', 80))", f"looking up '{NAME}'"),
}
IMPORTS = """
import _socket
import asyncio
import socket
import threading
import urllib.request
from socket import getaddrinfo

import httpx
import pytest
from reaching import reach


OPENED = []


@pytest.fixture(autouse=True)
def closing():
    yield
    while OPENED:
        OPENED.pop().close()


def datagram():
    OPENED.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    return OPENED[-1]


def stream(kind=socket.socket, family=socket.AF_INET):
    OPENED.append(kind(family))
    return OPENED[-1]


def in_thread(call):
    caught = []

    def run():
        try:
            call()
        except OSError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    raise caught[0]
"""


def test_what_leaves_the_machine_is_refused_and_says_so(suite):
    """Whichever way it is asked for, and also when the code takes the refusal for an ordinary failure."""
    tests = "".join(
        f"\ndef test_{number}_raises(fake_service):\n    {code}\n"
        f"\ndef test_{number}_is_swallowed(fake_service):\n    with pytest.raises(OSError):\n        {code}\n"
        for number, (code, _) in enumerate(ASKS.values())
    )
    result = suite("--tb=short", test_net=IMPORTS + tests)
    result.assert_outcomes(failed=2 * len(ASKS))
    output = result.stdout.str()
    lines = [line for line in output.splitlines() if line.startswith(("E  ", "a ", "looking ")) and "refused" in line]
    for _, told in ASKS.values():
        assert [line for line in lines if line.startswith(("a ", "looking ")) and f"{told} was refused" in line] != []
        assert [line for line in lines if line.startswith("E  ") and f"{told} was refused" in line] != []
    assert "let the fixture 'fake_service' answer, or mark the test with @pytest.mark.network" in output
    assert "Refused network" in output


def test_this_machine_may_be_asked(suite):
    """By address and by name, over any kind of socket."""
    suite(
        test_here="""
            import socket
            from urllib.parse import urlsplit
            import pytest

            @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0.0.0.0"])
            def test_loopback(fake_service, host):
                with socket.socket() as sock:
                    sock.connect((host, urlsplit(fake_service.url).port))

            @pytest.mark.parametrize("host", ["::1", "::ffff:127.0.0.1"])
            def test_ipv6(fake_service, host):
                with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
                    sock.connect((host, 9))

            def test_look_ups(fake_service):
                for host in ("localhost", None, "", "198.51.100.1", "::1", "a.localhost"):
                    try:
                        socket.getaddrinfo(host, 80)
                    except socket.gaierror:
                        pass
                socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST)

            def test_no_internet(fake_service, tmp_path, monkeypatch):
                monkeypatch.chdir(tmp_path)
                with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
                    server.bind("s")
                    server.listen()
                    client.connect("s")
        """
    ).assert_outcomes(passed=8)


def test_who_uses_the_kit_has_no_network(suite):
    """By a fixture, one that another needs, or one asked for while it runs; by a class or by an import."""
    asks = f"socket.create_connection(('{ELSEWHERE}', 80), 1)"
    result = suite(
        conftest="""
            import pytest

            @pytest.fixture
            def meter(fake_service):
                return fake_service
        """,
        test_fixtures=f"""
            import socket
            import pytest

            def test_needed(meter):
                {asks}

            def test_dynamic(request):
                request.getfixturevalue("fake_clock")
                {asks}

            @pytest.mark.usefixtures("connection")
            def test_mark():
                {asks}

            class TestBefore:
                @pytest.fixture(autouse=True)
                def before(self):
                    {asks}

                def test_it(self, fake_service):
                    pass
        """,
        base="""
            from dashboard_integrations.testing.conformance import IntegrationContract
            from dashboard_integrations.testing.conformance.level import checks_of

            __test__ = False
            NOTHING = dict.fromkeys(["conformance", *checks_of(IntegrationContract)])
        """,
        test_class=f"""
            import socket
            import base

            def ask(self):
                {asks}

            TestMeter = type("TestMeter", (base.IntegrationContract,), {{**base.NOTHING, "test_fault": ask}})
        """,
        test_import=f"""
            import socket
            from dashboard_integrations.testing import FakeService

            def test_it():
                {asks}
        """,
        test_module=f"""
            import socket
            import dashboard_integrations.testing.faults as faults

            def test_it():
                {asks}
        """,
    )
    result.assert_outcomes(failed=6, errors=1)
    told = f"NetworkRefusedError: a connection to '{ELSEWHERE}' (port 80) was refused"
    assert 7 == len([line for line in result.stdout.lines if line.startswith("E ") and told in line])


def test_the_marker_opens_the_network(suite):
    """For a test, a class or a module."""
    asks = "reach()"
    suite(
        test_marked=IMPORTS
        + f"""
@pytest.mark.network
def test_it(fake_service, request):
    request.getfixturevalue("connection")
    {asks}

@pytest.mark.network
class TestAll:
    def test_it(self, open_app):
        {asks}
""",
        test_module=IMPORTS
        + f"""
pytestmark = pytest.mark.network

def test_it(fake_service):
    {asks}
""",
    ).assert_outcomes(passed=3)


def test_an_integration_that_calls_another_machine_fails_its_test(suite):
    """It gets an ordinary failure, and the test tells what really happened."""
    result = suite(
        meter=INTEGRATION,
        test_meter=f"""
            from meter import Meter

            async def test_elsewhere(open_app):
                async with open_app(Meter, config={{"url": "http://{NAME}"}}) as app:
                    assert (await app.failure("load")).code == "unreachable"
        """,
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines([f"looking up '{NAME}' was refused. A test that uses the kit*"])


def test_the_next_test_has_its_network_again(suite):
    """What one test may not has no effect on another; nothing of it is left on sockets."""
    suite(
        test_both=IMPORTS
        + """
def test_kit(fake_service):
    assert "connect" in vars(socket.socket)

def test_other():
    assert "connect" not in vars(socket.socket)
    reach()
""",
    ).assert_outcomes(passed=2)


def test_the_plugin_can_be_left_out(suite):
    """By its name, as any other."""
    result = suite("-p", "no:dashboard-integrations", test_it="def test_it(fake_service): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'fake_service' not found*"])


def test_the_marker_is_told(suite):
    """``pytest --markers`` lists it."""
    suite("--markers").stdout.fnmatch_lines(["@pytest.mark.network: let a test that uses the kit of *"])


def test_every_fixture_is_in_the_reference(request):
    """And the marker."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "testing.md").read_text()
    offered = vars(request.config.pluginmanager.get_plugin("dashboard-integrations-fixtures"))
    names = [name for name, value in offered.items() if not name.startswith("_")]
    assert {"connect", "connection", "fake_clock", "fake_service", "open_app"} == set(names)
    assert [name for name in names if f"\n| `{name}` | " not in page] == []
    assert "\n| `@pytest.mark.network` | " in page
