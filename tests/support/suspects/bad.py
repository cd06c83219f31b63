"""Deliberately bad integrations: one for each mistake that people make."""

# ruff: noqa: ASYNC210, ASYNC221, ASYNC251, BLE001, T201  (they are the mistakes that these rules are about)

import asyncio
import concurrent.futures
import contextlib
import logging
import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

import anyio
import httpx
import sniffio
import trio
from pydantic import BaseModel, Field, SecretStr, field_validator

from dashboard_integrations import (
    ApiKeyHeader,
    AuthFailedError,
    ConnectionReport,
    HttpIntegration,
    IntegrationError,
    ServiceConfig,
    UpstreamError,
    endpoint,
)
from dashboard_integrations.views import Gauge, ListItem, ListView, Stat, StatCard
from suspects.meter import Level, Meter, MeterConfig, Version

logger = logging.getLogger(__name__)

SEEN = {}
KEPT = []
"""What ends the tasks, threads and sockets that are left."""


class ShowsZeros(Meter):
    """Takes a failure for nothing."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Swallow errors."""
        try:
            return await super().level(connection)
        except IntegrationError:
            return Gauge(label="Level", value=0)


class ZeroInOnePart(Meter):
    """Takes the failure of one of its calls for nothing."""

    @endpoint()
    async def level(self, connection) -> StatCard:
        """Swallow the errors of the second call."""
        found = await connection.get_json("level", Level)
        try:
            levels = await connection.get_json("levels", list[Level])
        except IntegrationError:
            levels = []
        return StatCard(stats=[Stat(label=found.name, value=found.level), Stat(label="Levels", value=len(levels))])


class ShowsTheLast(Meter):
    """Shows what it had before, as if it were new."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Keep the last view for when something fails."""
        try:
            connection.state["last"] = await super().level(connection)
        except IntegrationError:
            if "last" not in connection.state:
                raise
        return connection.state["last"]


class ZeroDefaults(Meter):
    """Reads an answer of anything, as zero."""

    class Loose(BaseModel):
        name: str = "Level"
        level: float = 0

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Default to zero."""
        found = await connection.get_json("level", self.Loose)
        return Gauge(label=found.name, value=found.level)


class Constant(Meter):
    """Shows the same whatever it is told."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Show a constant."""
        await connection.get_json("level", Level)
        return Gauge(label="Level", value=42)


class CachesForever(Meter):
    """Keeps the first answer for everybody."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Keep the first answer."""
        if "first" not in SEEN:
            SEEN["first"] = await super().level(connection)
        return SEEN["first"]


class NeverAsks(Meter):
    """Shows what it did not ask for."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Ask nobody."""
        return Gauge(label="Level", value=len(connection.app.name))


class WrongKind(Meter):
    """Returns another view than it says."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Return a stat card."""
        found = await connection.get_json("level", Level)
        return StatCard(stats=[Stat(label=found.name, value=found.level)])


class ReadsPages(Meter):
    """Looks for numbers in whatever comes."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Read HTML as data."""
        text = (await connection.request("GET", "level")).text
        return Gauge(label="Level", value=float((re.findall(r"\d+(?:\.\d+)?", text) or ["0"])[-1]))


class Unbounded(Meter):
    """Shows all there is."""

    @endpoint()
    async def level(self, connection) -> ListView:
        """List everything."""
        found = await connection.get_json("levels", list[Level])
        return ListView(items=[ListItem(title=item.name, value=item.level) for item in found])


class WrongCode(Meter):
    """Takes refused credentials for a failure of the service."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Say upstream-error for a 401."""
        try:
            return await super().level(connection)
        except AuthFailedError:
            raise UpstreamError("the meter does not answer") from None


class NotInOurWords(Meter):
    """Raises errors of its own."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Raise RuntimeError."""
        try:
            return await super().level(connection)
        except IntegrationError as error:
            raise RuntimeError("no level") from error


class NeverHeals(Meter):
    """Remembers that something failed, for ever."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Fail for good."""
        if "failed" in connection.state:
            raise connection.state["failed"]
        try:
            return await super().level(connection)
        except IntegrationError as error:
            connection.state["failed"] = error
            raise


class Sleeps(Meter):
    """Waits in the event loop."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Block for a moment."""
        time.sleep(0.001)
        return await super().level(connection)


class RunsAProgram(Meter):
    """Waits for a process in the event loop."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Block for a process."""
        subprocess.run(["true"], check=True)
        return await super().level(connection)


class WaitsForAThread(Meter):
    """Lets a thread work, and waits for it in the event loop."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Block for the result of a thread."""
        with concurrent.futures.ThreadPoolExecutor() as pool:
            pool.submit(time.sleep, 0.001).result()
        return await super().level(connection)


class UsesUrllib(Meter):
    """Calls with a client that blocks, past the connection."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Block for an answer."""
        key = connection.config.api_key.get_secret_value()
        request = urllib.request.Request(f"{connection.config.url}/level", headers={"X-Api-Key": key})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = Level.model_validate_json(answer.read())
        except urllib.error.HTTPError as error:
            error.close()
            raise
        return Gauge(label=found.name, value=found.level)


class OwnClient(Meter):
    """Calls with a client of its own."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Bring a client."""
        key = connection.config.api_key.get_secret_value()
        async with httpx.AsyncClient(headers={"X-Api-Key": key}, verify=False, timeout=60) as client:
            answer = await client.get(f"{connection.config.url}/level")
        answer.raise_for_status()
        found = Level.model_validate_json(answer.content)
        return Gauge(label=found.name, value=found.level)


class KeepsOnSelf(Meter):
    """Keeps what belongs to one app on itself."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Use self between two awaits."""
        self._unit = await connection.get_json("level", Level)
        await connection.get_json("version", Version)
        return Gauge(label=self._unit.name, value=self._unit.level)


class KeepsInModule(Meter):
    """Keeps what belongs to one app in its module."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Use a global between two awaits."""
        SEEN["level"] = await connection.get_json("level", Level)
        await connection.get_json("version", Version)
        return Gauge(label=SEEN["level"].name, value=SEEN["level"].level)


class KeepsUrl(Meter):
    """Asks the service of the app that came last."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Keep the connection on self."""
        self._connection = connection
        await connection.get_json("version", Version)
        return await super().level(self._connection)


class CatchesEverything(Meter):
    """Catches its own cancellation."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Catch BaseException."""
        try:
            return await super().level(connection)
        except IntegrationError:
            raise
        except BaseException:
            raise UpstreamError("no level") from None


class GoesOn(Meter):
    """Tries again when it is cancelled."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Never stop."""
        try:
            return await super().level(connection)
        except anyio.get_cancelled_exc_class():
            while True:
                with contextlib.suppress(anyio.get_cancelled_exc_class()):
                    await anyio.sleep_forever()


class LeavesTask(Meter):
    """Starts a task that nobody waits for."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Leave a task."""
        if sniffio.current_async_library() == "trio":
            trio.lowlevel.spawn_system_task(trio.sleep_forever)
        else:
            KEPT.append(asyncio.create_task(asyncio.Event().wait()).cancel)
        return await super().level(connection)


class LeavesThread(Meter):
    """Starts a thread that nobody waits for."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Leave a thread."""
        stop = threading.Event()
        threading.Thread(target=stop.wait, args=(60,), name="poller", daemon=True).start()
        KEPT.append(stop.set)
        return await super().level(connection)


class LeavesSocket(Meter):
    """Opens a socket and keeps it."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Leave a socket."""
        KEPT.append(socket.socket().close)
        return await super().level(connection)


class AlwaysYes(Meter):
    """Says yes without asking."""

    async def test_connection(self, connection):
        """Say yes."""
        return ConnectionReport()


class YesToAnything(Meter):
    """Says yes to whatever answers."""

    async def test_connection(self, connection):
        """Look at the status only."""
        await connection.request("GET", "version")
        return ConnectionReport()


class PlainSecretConfig(ServiceConfig):
    api_key: str = Field(title="API key", description="From its settings.")


class PlainSecret(HttpIntegration[PlainSecretConfig]):
    """Has a secret that nobody knows to be one."""

    id = "meter"
    name = "Meter"
    auth = ApiKeyHeader("X-Api-Key", "api_key")
    test_connection = Meter.test_connection
    level = Meter.level


class SecretInError(Meter):
    """Tells the key in an error."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Name the key."""
        try:
            return await super().level(connection)
        except AuthFailedError as error:
            key = connection.config.api_key.get_secret_value()
            raise AuthFailedError(f"the meter does not know the key {key}") from error


class SecretInLink(Meter):
    """Puts the key into a link."""

    @endpoint()
    async def level(self, connection) -> ListView:
        """Link with the key."""
        found = await connection.get_json("level", Level)
        key = connection.config.api_key.get_secret_value()
        link = f"{connection.config.url}/level?key={key}"
        return ListView(items=[ListItem(title=found.name, value=found.level, link=link)])


class SecretInLog(Meter):
    """Logs the key."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        """Log with the key."""
        logger.debug("called", extra={"key": connection.config.api_key.get_secret_value()})
        return await super().level(connection)


class SecretPrinted(Meter):
    """Prints the configuration."""

    async def test_connection(self, connection):
        """Print."""
        print(connection.config.model_dump(mode="python")["api_key"].get_secret_value())
        return await super().test_connection(connection)


class Undescribed(Meter):
    """Has an endpoint that says nothing of itself."""

    @endpoint()
    async def level(self, connection) -> Gauge:
        return await super().level(connection)


class UndescribedFieldConfig(MeterConfig):
    colour: str = "red"


class UndescribedField(Meter):
    """Has a field that says nothing of itself."""

    auth_config = UndescribedFieldConfig


class OddIcon(Meter):
    """Has a picture where a slug should be."""

    icon = "Meter.png"


class Empty(Meter):
    """Has nothing to show."""

    endpoints = ()


class GrowingConfig(MeterConfig):
    path: str = Field(default="", title="Path", description="Below the URL.")

    @field_validator("path")
    @classmethod
    def _with_slash(cls, value):
        return f"{value}/api"


class Growing(Meter):
    """Has a validator that does not take its own result."""

    auth_config = GrowingConfig


class NewConfig(ServiceConfig):
    api_key: SecretStr = Field(title="API key", description="From its settings.")


class SecondVersion(Meter):
    """Renamed a field, and forgot those who have saved the old one."""

    config_version = 2

    def migrate(self, config, *, version):
        return config


class MigratesWrongly(SecondVersion):
    """Loses what was saved."""

    def migrate(self, config, *, version):
        return {"url": config["url"], "api_key": "of nobody"}
