"""One piece of long work per round of the event loop; short work goes in between."""

from __future__ import annotations

import asyncio
import time

import pytest

from wayfare.infrastructure.turns import Traffic, Turns
from wayfare.kernel.errors import Unavailable


class TestTurns:
    async def test_short_work_waits_for_one_piece_not_for_all(self) -> None:
        turns, log = Turns("searches", 100, Traffic()), list[str]()

        async def search() -> None:
            await turns.enter()
            log.append("search")

        async def book() -> None:
            for _ in range(5):
                await asyncio.sleep(0)
                log.append("step")

        searches = [asyncio.create_task(search()) for _ in range(20)]
        await book()
        assert log.count("search") <= 6
        await asyncio.gather(*searches)
        assert log.count("search") == 20

    async def test_in_the_order_of_coming(self) -> None:
        turns, served = Turns("searches", 100, Traffic()), list[int]()

        async def search(number: int) -> None:
            await turns.enter()
            await turns.take()
            served.append(number)

        await asyncio.gather(*(search(number) for number in range(10)))
        assert served == list(range(10))

    async def test_alone_nobody_waits_long(self) -> None:
        turns = Turns("searches", 1, Traffic())
        async with asyncio.timeout(1):
            for _ in range(50):
                await turns.enter()

    async def test_too_many_are_refused(self) -> None:
        turns = Turns("searches", 3, Traffic())
        waiting = [asyncio.create_task(turns.enter()) for _ in range(4)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="too many searches"):
            await turns.enter()
        await asyncio.gather(*waiting)
        await turns.enter()

    async def test_who_gave_up_is_passed_over(self) -> None:
        turns = Turns("searches", 10, Traffic())
        waiting = [asyncio.create_task(turns.enter()) for _ in range(5)]
        await asyncio.sleep(0)
        for task in waiting[1:4]:
            task.cancel()
        await waiting[4]
        assert [task.cancelled() for task in waiting] == [False, True, True, True, False]

    async def test_gives_way_to_writes_for_as_long_as_it_works(self) -> None:
        traffic = Traffic()
        turns = Turns("searches", 100, traffic)
        piece_s = 0.004

        async def search() -> None:
            await turns.enter()
            time.sleep(piece_s)  # the work that keeps the loop

        async def least_s() -> float:
            """The quickest of five goes, so that what else the machine does counts little."""
            times = []
            for _ in range(5):
                begun = time.monotonic()
                await asyncio.gather(*(search() for _ in range(10)))
                times.append(time.monotonic() - begun)
            return min(times)

        alone_s = await least_s()
        traffic.writes = 1
        assert await least_s() > 1.6 * alone_s
