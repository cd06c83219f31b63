"""Options that make a configuration."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from dashboard_integrations.cli.config_input import ConfigInput, pairs
from dashboard_integrations.cli.schema_fields import FieldKind, SchemaField

FIELDS = (
    SchemaField(key="count", kind=FieldKind.NUMBER, label="Count"),
    SchemaField(key="password", kind=FieldKind.PASSWORD, label="Password"),
    SchemaField(key="token", kind=FieldKind.PASSWORD, label="Token", required=True),
)


@pytest.fixture
def asked() -> Callable[..., str]:
    def asked(typed: str, **changes: object) -> str:
        chosen = ConfigInput(**{"app_id": None, "data": Path("unused"), "given": {}, "ask": True, **changes})

        @click.command()
        def command() -> None:
            click.echo(chosen.config(FIELDS))

        result = CliRunner().invoke(command, input=typed, catch_exceptions=False)
        return result.stdout.splitlines()[-1]

    return asked


def test_missing_secrets_are_asked_for(asked: Callable[..., str]) -> None:
    """What is typed is taken, and what is left empty is left out."""
    assert "{'token': 'typed'}" == asked("\ntyped\n")


def test_given_secrets_are_not_asked_for(asked: Callable[..., str]) -> None:
    """What an option says is not asked again."""
    assert "{'password': 'a', 'token': 'b', 'count': 3}" == asked(
        "", given={"password": "a", "token": "b", "count": "3"}
    )


def test_without_a_terminal_nothing_is_asked(asked: Callable[..., str]) -> None:
    """A script does not hang."""
    assert "{}" == asked("", ask=False)


def test_a_stored_app_has_its_secrets(asked: Callable[..., str]) -> None:
    """What is stored is not asked for."""
    assert "{}" == asked("", app_id="a")


def test_an_unknown_key_is_passed_on(asked: Callable[..., str]) -> None:
    """The integration says what is wrong with it, and what was meant."""
    assert "{'cuont': '3'}" == asked("", ask=False, given={"cuont": "3"})


def test_a_value_may_hold_an_equals_sign() -> None:
    """Only the first one separates."""
    assert {"key": "a=b"} == pairs(["key=a=b"], option="--set")


def test_a_typed_value_stays_out_of_the_repr() -> None:
    """What was given may be a secret."""
    assert "canary" not in repr(ConfigInput(app_id=None, data=Path("unused"), given={"password": "canary"}))
