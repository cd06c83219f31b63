"""Fields of the form and parameters of calls."""

import json

import pytest
from definitions import REQUEST, integration_of
from pydantic import ValidationError

from dashboard_integrations.declarative import DefinitionError
from dashboard_integrations.service import describe_integration

CONFIG = """
[config.api_key]
title = "Key"
description = "From the settings."
secret = true

[config.site]
default = "main"
choices = ["main", "other"]

[config.port]
type = "integer"
required = false
minimum = 1
maximum = 65535
example = "8080"

[config.ratio]
type = "number"
default = 0.5

[config.verbose]
type = "switch"

[config.note]
multiline = true
required = false
"""
URL = {"url": "http://nas.local"}


def test_the_form_has_the_fields_in_their_order() -> None:
    """After the URL, before what every service has; a secret is write-only."""
    schema = json.loads(json.dumps(describe_integration(integration_of(config=CONFIG)).auth_config_schema))
    fields = schema["properties"]

    assert ["url", "api_key", "site", "port", "ratio", "verbose", "note"] == list(fields)[:7]
    assert ["url", "api_key"] == schema["required"]
    assert (True, "Key", "From the settings.") == tuple(
        fields["api_key"][key] for key in ("writeOnly", "title", "description")
    )
    assert (["main", "other"], "main", "Site") == tuple(fields["site"][key] for key in ("enum", "default", "title"))
    assert ["8080"] == fields["port"]["examples"]
    assert (True, False) == (fields["note"]["x-multiline"], fields["verbose"]["default"])


def test_a_configuration_is_validated() -> None:
    """By the types and bounds that are declared."""
    model = integration_of(config=CONFIG).auth_config
    valid = model.model_validate({**URL, "api_key": "k", "port": 80})
    with pytest.raises(ValidationError) as caught:
        model.model_validate({**URL, "api_key": "", "site": "x", "port": 0, "ratio": "a", "verbose": "maybe", "odd": 1})

    assert ("k", "main", 80, 0.5, False, None) == (
        valid.api_key.get_secret_value(),
        valid.site,
        valid.port,
        valid.ratio,
        valid.verbose,
        valid.note,
    )
    assert ["api_key", "odd", "port", "ratio", "site", "verbose"] == sorted(
        item["loc"][0] for item in caught.value.errors()
    )


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ('type = "colour"', "config.x.type: Input should be"),
        ('type = "integer"\ndefault = 1.5', "config.x: the default is not of type integer"),
        ("default = 3", "config.x: the default is not of type text"),
        ('type = "switch"\ndefault = 1', "config.x: the default is not of type switch"),
        ('secret = true\ndefault = "k"', "config.x: a secret has no default"),
        ('secret = true\ntype = "number"', "config.x: a secret, or what has several lines, is plain text"),
        ('choices = ["a", "a"]', "config.x: choices differ"),
        ('choices = ["a"]\ndefault = "b"', "config.x: the default is none of the choices: a"),
        ("minimum = 3", "config.x: minimum and maximum are for numbers"),
        ('type = "integer"\nminimum = 0.5', "config.x: minimum and maximum of an integer are whole"),
        ('type = "integer"\nmaximum = 1e19', "config.x: minimum and maximum of an integer are whole"),
        ("sekret = true", "config.x.sekret: unknown field"),
    ],
)
def test_a_field_that_makes_no_sense_is_told(field: str, told: str) -> None:
    """With its place and what to do."""
    with pytest.raises(DefinitionError) as caught:
        integration_of(config=f"[config.x]\n{field}")

    assert told in str(caught.value)


@pytest.mark.parametrize("name", ["url", "timeout", "client_key", "model_dump", "json", "copy"])
def test_names_that_are_taken_are_refused(name: str) -> None:
    """Those of every service, and those of pydantic."""
    with pytest.raises(DefinitionError, match=rf"config\.{name}: every app has a field of this name already"):
        integration_of(config=f"[config.{name}]")


@pytest.mark.parametrize("name", ["model_dump", "model_fields", "json", "copy"])
def test_names_of_parameters_that_are_taken_are_refused(name: str) -> None:
    """Those of pydantic."""
    with pytest.raises(DefinitionError, match=rf"endpoints\.0\.parameters\.{name}: the name is taken: choose another"):
        integration_of(request=f"{REQUEST}\nparameters.{name} = {{}}")


@pytest.mark.parametrize("name", ["Key", "api-key", "_key", "1st", "k" * 51])
def test_names_are_for_placeholders(name: str) -> None:
    """What no placeholder could name is no name."""
    with pytest.raises(DefinitionError, match="is no name"):
        integration_of(config=f'[config."{name}"]')


def test_parameters_have_a_model() -> None:
    """A query string has texts, of which the declared types are made."""
    request = f"{REQUEST}\nparameters.count = {{ type = 'integer', default = 3, maximum = 9 }}\nparameters.site = {{}}"
    parameters = integration_of(request=request).endpoints[0].parameters

    assert parameters is not None
    assert {"count": 5, "site": "a"} == parameters.model_validate({"count": "5", "site": "a"}).model_dump()
    assert ["site"] == parameters.model_json_schema()["required"]
    with pytest.raises(ValidationError):
        parameters.model_validate({"site": "a", "count": "10"})
