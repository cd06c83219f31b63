"""Places for calls: per app, in all, and kept for those that are well."""

import anyio
import pytest

from dashboard_integrations.service._limits import CallLimits


class Counter:
    def __init__(self, limits):
        self.limits = limits
        self.now = 0
        self.most = 0
        self.release = anyio.Event()

    async def hold(self, app_id, is_suspect):
        async with self.limits.place(app_id, is_suspect=is_suspect):
            self.now += 1
            self.most = max(self.most, self.now)
            await self.release.wait()
            self.now -= 1


@pytest.mark.parametrize(
    ("holders", "most"),
    [
        ([("a", False)] * 5, 2),
        ([("a", False), ("b", False), ("c", False), ("d", False), ("e", False)], 4),
        ([("a", True), ("b", True), ("c", True)], 2),
        ([("a", True), ("b", True), ("c", True), ("d", False), ("e", False), ("f", False)], 4),
    ],
)
async def test_bounds(holders, most):
    """No more than two calls of one app, four in all, and two of suspects are under way."""
    counter = Counter(CallLimits(per_app=2, total=4))
    async with anyio.create_task_group() as tasks:
        for app_id, is_suspect in holders:
            tasks.start_soon(counter.hold, app_id, is_suspect)
        await anyio.wait_all_tasks_blocked()
        counter.release.set()
    assert (counter.most, counter.now) == (most, 0)


async def test_who_gives_up_leaves_nothing_behind():
    """A caller who stops waiting, or whose call is cancelled, takes no place with it."""
    limits = CallLimits(per_app=1, total=2)
    counter = Counter(limits)
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(counter.hold, "a", True)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    with anyio.fail_after(30):
        async with limits.place("a", is_suspect=True):
            pass
    assert limits._apps == {}
