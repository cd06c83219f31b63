"""Deliberately bad integrations: each fails exactly the checks that its mistake is for."""

import inspect
from typing import ClassVar

import pytest
from suspects import bad
from suspects.services import METER_CONFIG, declare_meter

from dashboard_integrations.testing.conformance import IntegrationContract, OldConfig
from dashboard_integrations.testing.conformance.level import checks_of

GROUPS = ["statuses", "content"]
"""The faults that tell apart what is tried here: those of an answer, which an integration can misread."""

UNSEEN = {"test_failures_are_shown", "test_other_services_are_no_data"}
FAILURES = {*UNSEEN, "test_faults"}

MISTAKES = {
    bad.ShowsZeros: FAILURES,
    bad.ZeroInOnePart: {"test_faults"},
    bad.ShowsTheLast: {"test_failures_are_shown"},
    bad.ZeroDefaults: {"test_other_services_are_no_data"},
    bad.Constant: {"test_views_depend_on_answers"},
    bad.NeverAsks: {"test_views", "test_views_depend_on_answers", *UNSEEN},
    bad.WrongKind: {"test_views"},
    bad.ReadsPages: {"test_faults", "test_other_services_are_no_data"},
    bad.Unbounded: {"test_long_lists"},
    bad.WrongCode: {"test_faults"},
    bad.NotInOurWords: {"test_failures_are_shown", "test_faults"},
    bad.NeverHeals: {"test_faults"},
    bad.Sleeps: {"test_blocks_nobody"},
    bad.RunsAProgram: {"test_blocks_nobody"},
    bad.WaitsForAThread: {"test_blocks_nobody"},
    bad.UsesUrllib: {"test_blocks_nobody", "test_uses_its_connection", "test_failures_are_shown", "test_faults"},
    bad.OwnClient: {"test_uses_its_connection", "test_faults"},
    bad.KeepsOnSelf: {"test_apps_are_apart"},
    bad.KeepsInModule: {"test_apps_are_apart"},
    bad.KeepsUrl: {"test_apps_are_apart", "test_faults"},
    bad.CatchesEverything: {"test_cancellation"},
    bad.GoesOn: {"test_cancellation"},
    bad.LeavesTask: {"test_nothing_is_left"},
    bad.LeavesThread: {"test_nothing_is_left"},
    bad.LeavesSocket: {"test_nothing_is_left"},
    bad.AlwaysYes: {"test_connection_says_no"},
    bad.YesToAnything: {"test_connection_says_no", "test_faults"},
    bad.PlainSecret: {"test_secrets_are_marked"},
    bad.SecretInError: {"test_secrets_stay"},
    bad.SecretInLink: {"test_secrets_stay"},
    bad.SecretInLog: {"test_secrets_stay"},
    bad.SecretPrinted: {"test_secrets_stay"},
    bad.Undescribed: {"test_documentation"},
    bad.UndescribedField: {"test_documentation"},
    bad.OddIcon: {"test_icon"},
    bad.Empty: {"test_metadata"},
    bad.Growing: {"test_config"},
    bad.SecondVersion: {"test_migrations"},
    bad.MigratesWrongly: {"test_migrations"},
    bad.CachesForever: {"test_views", "test_views_depend_on_answers", *UNSEEN},
}


LOOPS_DIFFER = [
    bad.CatchesEverything,
    bad.GoesOn,
    bad.KeepsOnSelf,
    bad.LeavesSocket,
    bad.LeavesTask,
    bad.LeavesThread,
    bad.RunsAProgram,
    bad.Sleeps,
    bad.WaitsForAThread,
]


def contract_of(suspect):
    class Contract(IntegrationContract):
        __test__ = False
        integration = suspect
        config: ClassVar = METER_CONFIG
        migrations: ClassVar = [
            OldConfig(version=1, config=METER_CONFIG, becomes=METER_CONFIG),
        ][: suspect is bad.MigratesWrongly]

        def declare(self, service):
            declare_meter(service)

    return Contract


async def failing(contract):
    """Return the checks that fail, but for that of the import: all of these are in one module."""
    found = {}
    for name in checks_of(contract):
        for arguments in [{"group": group} for group in GROUPS] if name == "test_faults" else [{}]:
            ended = getattr(contract(), name)
            try:
                result = ended(**arguments) if name != "test_import" else None
                if inspect.isawaitable(result):
                    await result
            except AssertionError as error:
                found[name] = f"{found.get(name, '')}{error}"
    return found


@pytest.fixture(autouse=True)
def tidy():
    """Take away what the bad ones leave behind, and forget what they remember."""
    yield
    while bad.KEPT:
        bad.KEPT.pop()()
    bad.SEEN.clear()


@pytest.mark.parametrize("suspect", MISTAKES, ids=lambda suspect: suspect.__name__)
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_mistake(suspect):
    """What is wrong is found, by the check for it and by no other."""
    found = await failing(contract_of(suspect))
    assert MISTAKES[suspect] == set(found), "\n".join(found.values())


@pytest.mark.parametrize("suspect", LOOPS_DIFFER, ids=lambda suspect: suspect.__name__)
@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_mistake_on_trio(suspect):
    """What event loops do differently is found on the other one as well."""
    (name,) = MISTAKES[suspect]
    with pytest.raises(AssertionError, match=name):
        await getattr(contract_of(suspect)(), name)()


def test_every_bad_one_is_tried():
    """None is forgotten."""
    defined = {item for item in vars(bad).values() if isinstance(item, type) and item.__module__ == bad.__name__}
    assert {item for item in defined if hasattr(item, "endpoints")} == set(MISTAKES)
