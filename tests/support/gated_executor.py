"""The real executor, held back at will."""

import threading
from collections.abc import Callable
from typing import Any

from nilm_inference.engine.executor import TorchExecutor


class GatedExecutor(TorchExecutor):
    """Counts the windows of each batch, and holds the work back while the gate is shut."""

    def __init__(self) -> None:
        super().__init__(1)
        self.gate = threading.Event()
        self.gate.set()
        self.batch_sizes: list[int] = []

    async def run(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if not args:  # what is taken later
            return await super().run(work)
        self.batch_sizes.append(len(args[1]))

        def held(*inner: Any, **named: Any) -> Any:
            assert self.gate.wait(60)
            return work(*inner, **named)

        return await super().run(held, *args, **kwargs)

    async def run_taken(self, take: Callable[[], Any], work: Callable[[Any], Any]) -> Any:
        def held() -> Any:
            taken = take()
            if taken is not None:
                self.batch_sizes.append(sum(len(each.windows_w) for each in taken.callers))
                assert self.gate.wait(60)
            return taken

        return await super().run_taken(held, work)
