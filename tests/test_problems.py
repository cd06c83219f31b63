"""What pydantic found wrong, in our words."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from dashboard_integrations.problems import problems


class Red(BaseModel):
    """One of two."""

    kind: Literal["red"]


class Blue(BaseModel):
    """The other."""

    kind: Literal["blue"]


class Model(BaseModel):
    """Something with rules."""

    model_config = ConfigDict(extra="forbid")

    size: int = Field(default=1, le=3)
    even: int = 2
    named: str = "x"
    one: Red | None = None
    either: Annotated[Red | Blue, Field(discriminator="kind")] = Field(default_factory=lambda: Red(kind="red"))

    @field_validator("even")
    @classmethod
    def _is_even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("only even numbers")
        return value

    @field_validator("named")
    @classmethod
    def _is_short(cls, value: str) -> str:
        if len(value) > 3:
            raise AssertionError("too long")
        return value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"size": 9}, [(("size",), "Input should be less than or equal to 3")]),
        ({"colour": "canary"}, [(("colour",), "unknown field")]),
        ({"even": 3}, [(("even",), "only even numbers")]),
        ({"named": "canary"}, [(("named",), "too long")]),
        ({"either": {"kind": "canary"}}, [(("either",), "must be one of 'red', 'blue'")]),
        ({"one": "canary"}, [(("one",), "should be an object")]),
        ({"either": {"kind": "red"}, "size": None}, [(("size",), "Input should be a valid integer")]),
    ],
    ids=str,
)
def test_problems_say_where_and_what_without_the_input(value, expected):
    """Each problem once, in words for a person, and never with what was typed."""
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(value)
    assert expected == problems(caught.value)


def test_a_missing_field_is_required():
    """One word, for a place beside the field."""
    with pytest.raises(ValidationError) as caught:
        Red.model_validate({})
    assert [(("kind",), "required")] == problems(caught.value)


def test_of_too_many_problems_only_the_number_is_told():
    """Describing a million wrong items would hold the event loop for as long as a service likes."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(list[int]).validate_python(["x"] * 1_001)
    assert [((), "1,001 values are not what they should be")] == problems(caught.value)
