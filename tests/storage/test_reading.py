"""Reading: given up by who asked, and bounded all the same."""

import threading

import anyio
import pytest

from dashboard_integrations.storage import _reading


async def test_threads_that_nobody_waits_for_are_bounded(monkeypatch):
    """A database that has frozen holds so many and no more; when it goes on, so does everything."""
    monkeypatch.setattr(_reading, "_MOST_THREADS", 3)
    monkeypatch.setattr(_reading, "_threads", threads := _reading._Threads())
    thaws, began = threading.Event(), threading.Semaphore(0)

    def frozen():
        began.release()
        thaws.wait(60)

    try:
        for _ in range(3):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_reading.read_until_cancelled, frozen)
                await anyio.to_thread.run_sync(began.acquire)
                tasks.cancel_scope.cancel()
        assert 3 == threads.count
        with pytest.raises(TimeoutError, match="does not answer"):
            await _reading.read_in_thread(lambda: "read")
    finally:
        thaws.set()
    with anyio.fail_after(60):
        while threads.count:
            await anyio.sleep(0.01)
    assert "read" == await _reading.read_in_thread(lambda: "read")


async def test_a_failing_read_holds_no_place(monkeypatch):
    """Its error is told as it is."""
    monkeypatch.setattr(_reading, "_threads", threads := _reading._Threads())
    with pytest.raises(ZeroDivisionError):
        await _reading.read_in_thread(lambda: 1 / 0)
    assert 0 == threads.count
