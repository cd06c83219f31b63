"""Wheels: what is found before one is installed."""

import pytest
from hand_made_wheel import FILES, hand_made_wheel
from packaging.requirements import Requirement

from dashboard_integrations.workbench.findings import Verdict
from dashboard_integrations.workbench.wheel import Wheel, WheelError
from dashboard_integrations.workbench.wheel_checks import check_wheel

CORE = [Requirement("pydantic>=2.12"), Requirement("httpx>=0.28.1,<0.29"), Requirement("anyio>=4.12")]


def found(folder, **changes):
    """Return what is not well, by topic: the verdict and the message."""
    wheel = Wheel.read(hand_made_wheel(folder, **changes))
    return {
        item.topic: (item.verdict, item.message)
        for item in check_wheel(wheel, core=CORE)
        if item.verdict is not Verdict.OK
    }


def test_a_good_wheel_has_nothing_to_mend(tmp_path):
    """Every topic is well."""
    assert {} == found(tmp_path)


@pytest.mark.parametrize(
    ("changes", "topic", "verdict", "told"),
    [
        ({"points": None}, "entry points", Verdict.WRONG, "nothing is found by a dashboard"),
        ({"points": "[console_scripts]\nx = y:z\n"}, "entry points", Verdict.WRONG, "nothing is found by a dashboard"),
        (
            {"points": "[dashboard.integrations]\nboxes = dashboard_boxes\n"},
            "entry points",
            Verdict.WRONG,
            "should look like module:Class",
        ),
        (
            {"points": "[dashboard.integrations]\nboxes = dashboard_crates:Boxes\n"},
            "entry points",
            Verdict.WRONG,
            "which the wheel does not hold",
        ),
        (
            {"points": "[dashboard.integrations]\nMy_Boxes = dashboard_boxes.boxes:Boxes\n"},
            "entry points",
            Verdict.WRONG,
            "lower-case letters",
        ),
        ({"requires": ()}, "core", Verdict.WRONG, 'add "dashboard-integrations>=0.1"'),
        ({"requires": ("dashboard_integrations==0.1",)}, "core", Verdict.ADVICE, "keeps people from updating"),
        ({"requires": ("Dashboard.Integrations>=0.1,<1",)}, "core", Verdict.ADVICE, "keeps people from updating"),
        ({"requires": ("dashboard-integrations",)}, "core", Verdict.ADVICE, "no lower bound"),
        ({"requires": ('dashboard-integrations>=1; extra == "x"',)}, "core", Verdict.WRONG, "do not name the core"),
        ({"metadata": {"Requires-Python": None}}, "python", Verdict.ADVICE, "no version of Python is stated"),
        ({"metadata": {"Requires-Python": "<3.11"}}, "python", Verdict.WRONG, "fits no Python the core runs on"),
        ({"metadata": {"Requires-Python": ">=3.11,<3.14"}}, "python", Verdict.ADVICE, "still to come"),
        (
            {"files": {name: "" for name in FILES if not name.endswith("py.typed")}},
            "types",
            Verdict.ADVICE,
            "dashboard_boxes has no py.typed",
        ),
        ({"metadata": {"License-Expression": None}}, "licence", Verdict.WRONG, "no licence is stated"),
        ({"licence": False}, "licence", Verdict.ADVICE, "not in the wheel"),
        ({"metadata": {"Summary": None}}, "description", Verdict.ADVICE, "no summary"),
        ({"readme": ""}, "description", Verdict.ADVICE, "no readme"),
        ({"files": {**FILES, "tests/test_boxes.py": ""}}, "contents", Verdict.WRONG, "tests would be installed"),
    ],
)
def test_what_is_missing_is_told(tmp_path, changes, topic, verdict, told):
    """Under its topic, and nothing else with it."""
    found_here = found(tmp_path, **changes)
    assert [topic] == list(found_here)
    assert verdict is found_here[topic][0]
    assert told in found_here[topic][1]


@pytest.mark.parametrize(
    ("requirement", "verdict"),
    [
        ("pydantic", None),
        ("pydantic>=2", None),
        ("pydantic>=2.13", None),
        ("pydantic!=2.12.1", None),
        ("httpx>=0.27,<0.28.1", Verdict.WRONG),
        ("httpx<0.29", Verdict.ADVICE),
        ("httpx>=0.29", Verdict.WRONG),
        ("httpx>0.28.1", None),
        ("httpx==0.28.2", Verdict.ADVICE),
        ("pydantic<2", Verdict.WRONG),
        ("pydantic==1.10.*", Verdict.WRONG),
        ("pydantic==2.12.*", Verdict.ADVICE),
        ("Pydantic~=2.11", Verdict.ADVICE),
        ("anyio<4.12.0", Verdict.WRONG),
        ("requests<2", None),
    ],
)
def test_a_clash_with_the_core_is_found(tmp_path, requirement, verdict):
    """What cannot be installed beside it is wrong, what keeps it from being updated is not wise."""
    found_here = found(tmp_path, requires=("dashboard-integrations>=0.1", requirement))
    assert ([] if verdict is None else [verdict]) == [one for one, _ in found_here.values()]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"not a zip", "is no wheel"), (None, "is no wheel")],
    ids=["text", "missing"],
)
def test_what_is_no_wheel_is_told(tmp_path, content, told):
    """And how to build one."""
    path = tmp_path / "x-1-py3-none-any.whl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WheelError, match=told):
        Wheel.read(path)


def test_damaged_metadata_is_told(tmp_path):
    """With the field that is wrong."""
    with pytest.raises(WheelError, match=r"metadata of .* cannot be read.*version"):
        Wheel.read(hand_made_wheel(tmp_path, metadata={"Version": "one"}))
