"""Models of an answer: they parse it, and nothing in it becomes code."""

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from dashboard_integrations.scaffold.models import answer_models
from dashboard_integrations.scaffold.shapes import EACH, shape_of

HOSTILE = [
    '"""\nimport os\nos.abort()\n"""',
    "'''",
    "\\",
    "\\N{BULLET}",
    "{row}",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "a\nb",
    "a\rimport os",
    "a\x00b",
    "\u2028import os",
    "class",
    "None",
    "model_config",
    "model_fields",
    "__class__",
    "__init__",
    "_private",
    "json",
    "copy",
    "str",
    "int",
    "Field",
    "BaseModel",
    "Sequence",
    "größe",
    "\uff46\uff55\uff4c\uff4c",
    "",
    " ",
    "1",
    "9lives",
    "x-y",
    "x.y",
    "x y",
    "xY",
    "x_y",
    "X_Y",
]
KEYS = st.sampled_from(HOSTILE) | st.text(max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | KEYS
ANSWERS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
STATEMENTS = (ast.Expr, ast.ImportFrom, ast.ClassDef)


def executed(source: str) -> dict[str, object]:
    namespace: dict[str, object] = {"__name__": "answers"}
    exec(compile(source, "answers", "exec"), namespace)
    return namespace


def adapter(shape, **options) -> TypeAdapter:
    models = answer_models(shape, name="status", used=options.pop("used", {}), **options)
    classes = executed(models.source) if models.source else {}
    answers = type("answers", (), classes)
    return TypeAdapter(eval(models.root, {"answers": answers}))


def only_declares(source: str) -> bool:
    """Return whether a module has nothing but imports, classes with fields, and docstrings."""
    for node in ast.parse(source).body:
        if not isinstance(node, STATEMENTS):
            return False
        if isinstance(node, ast.ImportFrom) and node.module not in {"pydantic", "collections.abc"}:
            return False
        if isinstance(node, ast.ClassDef) and not all(is_field_or_docstring(item) for item in node.body):
            return False
        if isinstance(node, ast.Expr) and not is_field_or_docstring(node):
            return False
    return True


def is_field_or_docstring(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
        return False
    called = [item for item in ast.walk(node) if isinstance(item, ast.Call)]
    names = {item.func.id for item in called if isinstance(item.func, ast.Name)}
    return (
        len(called) <= 1 and names <= {"Field"} and not any(isinstance(item, ast.Attribute) for item in ast.walk(node))
    )


@given(ANSWERS)
def test_models_parse_the_very_answer(answer):
    """Whatever JSON it is, with any keys, in any mixture."""
    shape = shape_of(answer)
    adapter(shape).validate_json(json.dumps(answer))


@given(ANSWERS)
def test_nothing_of_an_answer_becomes_code(answer):
    """The module holds imports of two packages, classes and fields; texts stay texts."""
    source = answer_models(shape_of(answer), name="status", used={}).source
    assert only_declares(source)


@given(ANSWERS)
def test_what_the_models_say_is_what_was_answered(answer):
    """Every value is there again under its own key; numbers are the same numbers."""
    parsed = adapter(shape_of(answer)).validate_json(json.dumps(answer))
    dumped = TypeAdapter(object).dump_python(parsed, by_alias=True, exclude_unset=True)
    assert dumped == json.loads(json.dumps(answer))


@given(st.lists(st.dictionaries(KEYS, SCALARS, max_size=4), max_size=5))
def test_rows_of_different_keys_are_one_kind(rows):
    """What is missing in some rows is optional in all."""
    for row in rows:
        adapter(shape_of(rows)).validate_python([row])


def test_what_is_used_is_required():
    """An answer without it is an error, never a value of ours."""
    answer = {"total": {"received": 3, "sent": 4}, "note": "x"}
    found = adapter(shape_of(answer), used={("total", "received"): None})
    assert 3 == found.validate_python({"total": {"received": 3}}).total.received
    for wrong in ({}, {"total": {}}, {"total": {"received": None}}, {"total": None}):
        with pytest.raises(ValidationError):
            found.validate_python(wrong)


def test_keys_that_are_no_names_have_aliases():
    """The name is plain Python, the alias is what the service says."""
    source = answer_models(shape_of({"x-y": 1, "class": 2, "id": 3}), name="status", used={}).source
    fields = [line.strip() for line in source.splitlines() if ": int" in line]
    assert [
        'x_y: int | None = Field(default=None, alias="x-y")',
        'class_: int | None = Field(default=None, alias="class")',
        "id: int | None = None",
    ] == fields


def test_keys_that_are_data_make_a_mapping():
    """Ids do not become fields."""
    shape = shape_of({"devices": {"P56IOI7-AAAAA2A": {"up": True}, "YZJBJFX-BBBBB3B": {"up": False}}})
    models = answer_models(shape, name="status", used={("devices", EACH, "up"): None}, rows=("devices",))
    assert "devices: Mapping[str, Device]" in models.source
    assert ("answers.Status", "answers.Device") == (models.root, models.row)


def test_a_list_has_the_type_of_its_rows():
    """``get_json`` takes a list, and the row is called as one of them."""
    models = answer_models(shape_of([{"name": "a"}]), name="queues", used={}, rows=())
    assert ("list[answers.Queue]", "answers.Queue") == (models.root, models.row)


def test_what_is_too_deep_is_told():
    """It is taken as it comes, and named."""
    answer: object = 1
    for _ in range(40):
        answer = {"a": answer}
    models = answer_models(shape_of(answer), name="status", used={})
    assert models.left_out != ()
    adapter(shape_of(answer)).validate_python(answer)


def test_objects_of_the_same_fields_are_one_class():
    """The name is that of the first."""
    answer = {"read_details": {"rate": 1.5}, "write_details": {"rate": 2.5}, "other": {"rate": "x"}}
    models = answer_models(shape_of(answer), name="status", used={})
    assert 3 == models.source.count("class ")
    assert "write_details: ReadDetails | None = None" in models.source


def test_what_is_used_has_a_model_however_much_there_is():
    """The most of classes is for what nobody reads."""
    answer = {f"k{number}": {f"f{number}": 1} for number in range(100)} | {"last": {"value": 3}}
    found = adapter(shape_of(answer), used={("last", "value"): None})
    assert 3 == found.validate_python(answer).last.value


def test_what_is_too_much_is_told():
    """There is a most of classes, and one of fields."""
    answer = {f"k{number}": {f"f{number}": 1} for number in range(100)} | {f"n{number}": 1 for number in range(300)}
    models = answer_models(shape_of(answer), name="status", used={})
    assert models.source.count("class ") <= 60
    assert any("fields of Status" in told for told in models.left_out)
    adapter(shape_of(answer)).validate_python(answer)
