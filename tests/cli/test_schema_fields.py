"""Fields of a configuration from a schema."""

from enum import StrEnum
from typing import Literal

import pytest
from pydantic import BaseModel, Field, SecretStr

from dashboard_integrations.authoring import BaseIntegration
from dashboard_integrations.cli.schema_fields import FieldKind, SchemaField, schema_fields
from dashboard_integrations.service import describe_integration


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Config(BaseModel):
    name: str = Field(title="Name", description="What it is called.", examples=["nas"])
    password: SecretStr | None = None
    count: int = Field(default=3, ge=1, le=9)
    ratio: float | None = None
    colour: Colour = Colour.RED
    size: Literal[1, 2] = 1
    enabled: bool = False
    tags: list[str] = Field(default_factory=list)
    either: int | str = 1
    text: str | None = Field(default=None, json_schema_extra={"x-multiline": True})


class Sample(BaseIntegration[Config]):
    id = "sample"
    name = "Sample"


@pytest.fixture
def fields() -> dict[str, SchemaField]:
    return {field.key: field for field in schema_fields(describe_integration(Sample()))}


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("name", FieldKind.TEXT),
        ("password", FieldKind.PASSWORD),
        ("count", FieldKind.NUMBER),
        ("ratio", FieldKind.NUMBER),
        ("colour", FieldKind.CHOICE),
        ("size", FieldKind.CHOICE),
        ("enabled", FieldKind.YES_OR_NO),
        ("tags", FieldKind.JSON),
        ("either", FieldKind.JSON),
        ("text", FieldKind.TEXT),
    ],
)
def test_each_type_has_its_kind(fields: dict[str, SchemaField], key: str, kind: FieldKind) -> None:
    """The kind follows from the schema, through references and alternatives with null."""
    assert kind is fields[key].kind


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("name", "nas", "nas"),
        ("name", "  ", None),
        ("count", "7", 7),
        ("count", "many", "many"),
        ("count", "true", "true"),
        ("ratio", "0.5", 0.5),
        ("ratio", "1e999", "1e999"),
        ("size", "2", 2),
        ("size", "3", "3"),
        ("enabled", "yes", True),
        ("enabled", "false", False),
        ("tags", '["a"]', ["a"]),
        ("tags", "[", "["),
    ],
)
def test_what_is_typed_becomes_json(fields: dict[str, SchemaField], key: str, text: str, value: object) -> None:
    """Text becomes a value of the schema's type, or stays for the model to refuse."""
    assert value == fields[key].parse(text)


def test_a_field_tells_what_the_schema_tells(fields: dict[str, SchemaField]) -> None:
    """Labels, choices and what is required come along."""
    assert [
        SchemaField(key="name", kind=FieldKind.TEXT, label="Name", required=True),
        SchemaField(key="size", kind=FieldKind.CHOICE, label="Size", options=(1, 2)),
        SchemaField(key="text", kind=FieldKind.TEXT, label="Text", multiline=True),
    ] == [fields["name"], fields["size"], fields["text"]]
