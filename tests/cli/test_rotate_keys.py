"""``rotate-keys``."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from click.testing import Result
from running_dashboard import RunningDashboard, running_dashboard
from waiting import until_in_thread

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.host.key_file import KeyFile
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import upgrade

Run = Callable[..., Result]

KEY = ConfigCipher.generate_key()
KEY_ID = ConfigCipher.from_text(KEY).key_ids[0]
APPS = 30
PLAIN = b'{"warning_percent": 61}'


class Data:
    """A data folder with apps, made as a dashboard makes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = DataFolder(path)
        self.folder.prepare()
        self.file = KeyFile(self.folder.key_file)
        self.file.path.write_text(KEY)
        self.file.path.chmod(0o600)
        self.engine = sqlite_engine(self.folder.database)
        self.repository = SqlAlchemyAppRepository(self.engine)
        upgrade(self.engine)

    def add(self, count: int, *, cipher: ConfigCipher | None = None, prefix: str = "app") -> None:
        cipher = cipher or ConfigCipher.from_text(KEY)
        for number in range(count):
            app_id = f"{prefix}-{number}"
            sealed = cipher.seal(PLAIN, app_id=app_id, integration_type="system")
            record = AppRecord(id=app_id, name=app_id, integration_type="system", integration_config=sealed)
            anyio.run(self.repository.add, record)

    def opened(self) -> int:
        """Return how many apps open with the key file as it is."""
        cipher = self.folder.existing_cipher({})
        records = anyio.run(self.repository.list)
        contents = [
            cipher.open(record.integration_config or "", app_id=record.id, integration_type="system")
            for record in records
        ]
        return contents.count(PLAIN)


@pytest.fixture
def data(tmp_path: Path) -> Any:
    data = Data(tmp_path / "data")
    yield data
    data.engine.dispose()


def test_a_new_key_seals_everything(run: Run, data: Data) -> None:
    """The key is made, comes first, and the old one is offered for dropping."""
    data.add(3)
    result = run("rotate-keys", "--data", data.path, "--new-key")
    new = data.folder.existing_cipher({}).key_ids[0]

    assert (0, 3, [new, KEY_ID]) == (result.exit_code, data.opened(), list(data.folder.existing_cipher({}).key_ids))
    assert [
        f"Key {new} is the first one in the key file: keep a copy apart from the database.",
        f"3 apps sealed anew, 3 apps in all with key {new}.",
        f"Key {KEY_ID} seals nothing any more: take it out of the key file, or run this with --drop-old.",
    ] == result.stdout.splitlines()


def test_an_old_key_is_dropped(run: Run, data: Data) -> None:
    """At once, or later."""
    data.add(3)
    run("rotate-keys", "--data", data.path, "--new-key")
    result = run("rotate-keys", "--data", data.path, "--drop-old")

    assert (0, 3, 1, True) == (
        result.exit_code,
        data.opened(),
        len(data.folder.existing_cipher({}).key_ids),
        f"Key {KEY_ID} is dropped." in result.stdout,
    )


def test_json_is_an_envelope(run: Run, data: Data) -> None:
    """Programs read what was done."""
    data.add(2)
    found = json.loads(run("rotate-keys", "--data", data.path, "--new-key", "--drop-old", "--json").stdout)
    new = data.folder.existing_cipher({}).key_ids[0]

    assert {
        "success": True,
        "data": {
            "report": {
                "keyId": new,
                "resealed": 2,
                "unreadable": [],
                "restless": [],
                "usage": {"keys": {new: 2}, "malformed": 0, "unsealed": 0},
                "unused": [],
            },
            "newKeyId": new,
            "dropped": [KEY_ID],
        },
        "error": None,
        "meta": {},
    } == found


def test_nothing_to_do_is_fine(run: Run, data: Data) -> None:
    """It can be run at any time."""
    data.add(1)
    result = run("rotate-keys", "--data", data.path)

    assert (0, f"0 apps sealed anew, 1 app in all with key {KEY_ID}.\n") == (result.exit_code, result.stdout)


def test_a_lost_key_is_told(run: Run, data: Data) -> None:
    """The app is named with its key, everything else is rotated, and a key in use is not dropped."""
    lost = ConfigCipher.from_text(ConfigCipher.generate_key())
    data.add(2)
    data.add(1, cipher=lost, prefix="lost")
    result = run("rotate-keys", "--data", data.path, "--new-key", "--drop-old")

    assert (1, True, True, True) == (
        result.exit_code,
        "2 apps sealed anew" in result.stdout,
        f"Left as it is: lost-0: the configuration is sealed with key {lost.key_ids[0]}" in result.stdout,
        f"Key {KEY_ID} is dropped." in result.stdout,
    )


def test_a_ring_of_the_environment_is_rotated(run: Run, data: Data) -> None:
    """The key file is left alone."""
    data.add(2)
    ring = f"{ConfigCipher.generate_key()},{KEY}"
    result = run("rotate-keys", "--data", data.path, INTEGRATION_ENCRYPTION_KEY=ring)

    assert (0, KEY, True) == (
        result.exit_code,
        data.file.read(),
        f"Key {KEY_ID} seals nothing any more: take it out of INTEGRATION_ENCRYPTION_KEY.\n" in result.stdout,
    )


@pytest.mark.parametrize("option", ["--new-key", "--drop-old"])
def test_a_ring_of_the_environment_is_not_ours_to_change(run: Run, data: Data, option: str) -> None:
    """It says what to do instead."""
    result = run("rotate-keys", "--data", data.path, option, INTEGRATION_ENCRYPTION_KEY=KEY)

    assert (2, True, KEY) == (result.exit_code, "keygen" in result.stderr, data.file.read())


def test_no_dashboard_is_told(run: Run, tmp_path: Path) -> None:
    """Nothing is made."""
    result = run("rotate-keys", "--new-key", "--data", tmp_path / "nothing")

    assert (1, True, False) == (result.exit_code, "choose its folder" in result.stderr, (tmp_path / "nothing").exists())


def test_a_missing_key_file_is_told(run: Run, data: Data) -> None:
    """No key is made in the place of one that may be somewhere."""
    data.file.path.unlink()
    result = run("rotate-keys", "--new-key", "--data", data.path)

    assert (1, True, False) == (result.exit_code, "No such file" in result.stderr, data.file.path.exists())


def test_a_weak_key_is_told(run: Run, data: Data) -> None:
    """And not shown."""
    data.file.path.write_text("canary")
    result = run("rotate-keys", "--data", data.path)

    assert (1, True, False) == (result.exit_code, "keygen" in result.stderr, "canary" in result.stderr)


def test_two_at_once_are_refused(run: Run, data: Data) -> None:
    """Of two new keys one would be lost, with everything it sealed."""
    data.add(1)
    with data.file.locked():
        result = run("rotate-keys", "--new-key", "--data", data.path)

    assert (1, True, 1) == (result.exit_code, "another process changes the keys" in result.stderr, data.opened())


def test_a_failure_is_an_envelope_too(run: Run, data: Data) -> None:
    """With the reason, for programs."""
    data.file.path.unlink()
    found = json.loads(run("rotate-keys", "--data", data.path, "--json").stdout)

    assert (False, "internal", "data-folder") == (found["success"], found["error"]["code"], found["error"]["reason"])


def test_killed_at_any_point_nothing_is_lost(run: Run, data: Data) -> None:
    """``kill -9`` while keys are made, files written and apps sealed: everything opens, and a last run finishes."""
    data.add(APPS)
    chance = random.Random(KEY_ID)
    options = ["rotate-keys", "--new-key", "--drop-old", "--data", str(data.path)]
    for _ in range(5):
        (data.path / "key.lock").unlink(missing_ok=True)
        with subprocess.Popen([sys.executable, "-m", "dashboard_integrations.cli", *options]) as process:
            # What comes before it locks the keys is Python that starts.
            until_in_thread((data.path / "key.lock").exists)
            time.sleep(chance.uniform(0, 0.05))
            process.kill()
        assert APPS == data.opened()
    result = run(*options)

    assert (0, APPS, 1) == (result.exit_code, data.opened(), len(data.folder.existing_cipher({}).key_ids))


@pytest.fixture
def dashboard(tmp_path: Path) -> Any:
    with running_dashboard(tmp_path / "data") as dashboard:
        yield dashboard


def ask(dashboard: RunningDashboard, method: str, path: str, **options: Any) -> Any:
    headers = {"authorization": f"Bearer {dashboard.token}"}
    return httpx.request(method, f"{dashboard.address}{path}", headers=headers, trust_env=False, timeout=60, **options)


def test_a_running_dashboard_takes_no_notice(run: Run, tmp_path: Path, dashboard: RunningDashboard) -> None:
    """It follows the key file: what is sealed anew opens, what it saves is sealed with the new key."""
    path = "/api/apps/this-machine"
    ask(dashboard, "PATCH", path, json={"config": {"warning_percent": 61}})
    result = run("rotate-keys", "--new-key", "--drop-old", "--data", tmp_path / "data")
    read = ask(dashboard, "GET", path).json()["data"]
    ask(dashboard, "PATCH", path, json={"config": {"warning_percent": 62}})
    again = run("rotate-keys", "--data", tmp_path / "data", "--json")

    assert (0, 61, None) == (result.exit_code, read["config"]["warning_percent"], read["configError"])
    assert 0 == json.loads(again.stdout)["data"]["report"]["resealed"]


def test_a_dashboard_whose_key_is_lost_still_opens_the_form(tmp_path: Path) -> None:
    """The app is answered with 200 and the reason, the error names the key, and its live data says so too."""
    with running_dashboard(tmp_path / "data"):
        lost = DataFolder(tmp_path / "data").existing_cipher({}).key_ids[0]
    with running_dashboard(tmp_path / "data", INTEGRATION_ENCRYPTION_KEY=KEY) as dashboard:
        form = ask(dashboard, "GET", "/api/apps/this-machine")
        live = ask(dashboard, "GET", "/api/integrations/this-machine/data/memory")
        saved = ask(dashboard, "PATCH", "/api/apps/this-machine", json={"config": {"warning_percent": 61}})

    problem = form.json()["data"]["configError"]
    assert (200, "secret-unreadable", True) == (form.status_code, problem["code"], lost in problem["message"])
    assert (409, "secret-unreadable") == (live.status_code, live.json()["error"]["code"])
    assert (200, None) == (saved.status_code, saved.json()["data"]["configError"])
