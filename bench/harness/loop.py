"""asyncio under the signals of bin/."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """asyncio.run. A signal cancels `main`, and then does what it does outside.

    Without this, the exception that a signal raises would end the task it happens to meet, and nothing else.
    """
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    caught: list[int] = []

    async def guarded() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task

        def stop(number: int) -> None:
            caught.append(number)
            task.cancel()

        for number, handler in former.items():
            if handler is not signal.SIG_IGN:
                loop.add_signal_handler(number, stop, number)
        return await main

    try:
        return asyncio.run(guarded())
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if caught:
            os.kill(os.getpid(), caught[0])
