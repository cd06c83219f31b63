"""``keygen``."""

import json
from collections.abc import Callable

from click.testing import Result

from dashboard_integrations.cipher import ConfigCipher

Run = Callable[..., Result]


def test_the_key_is_a_good_one(run: Run) -> None:
    """What is printed can be used as it is."""
    assert 1 == len(ConfigCipher.from_env({"INTEGRATION_ENCRYPTION_KEY": run("keygen").stdout}).key_ids)


def test_keys_differ(run: Run) -> None:
    """No two keys are the same."""
    assert run("keygen").stdout != run("keygen").stdout


def test_json_holds_the_key(run: Run) -> None:
    """Programs read the key from JSON."""
    assert ["key"] == list(json.loads(run("keygen", "--json").stdout))
