"""Many awaitable calls at once, their results in order."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import anyio

__all__ = ["gather"]

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


async def gather(call: Callable[[ItemT], Awaitable[ResultT]], items: Sequence[ItemT]) -> list[ResultT]:
    """Return ``call`` of each item; the first failure cancels the others and is raised."""
    results: dict[int, ResultT] = {}

    async def run(index: int, item: ItemT) -> None:
        results[index] = await call(item)

    async with anyio.create_task_group() as tasks:
        for index, item in enumerate(items):
            tasks.start_soon(run, index, item)
    return [results[index] for index in range(len(items))]
