"""Merges the writes that wait into one: keeping a prediction costs more than making it.

Only writes of the same building and the same token are merged, so nobody writes by another's
right. One write of each is on its way; what comes meanwhile is the next.
"""

import asyncio
import contextvars
from collections.abc import Sequence
from dataclasses import dataclass, field

from nilm_core.errors import NilmError, UnavailableError
from nilm_inference.domain.merging import merge_cells
from nilm_inference.domain.series import PredictionSeries
from nilm_inference.ports import PredictionSink
from nilm_rpc.call import Call, current_call, enter_call

_MAX_MERGED = 1_000


@dataclass(slots=True, eq=False)
class _Write:
    call: Call
    series: Sequence[PredictionSeries]
    done: asyncio.Future[None]


@dataclass(slots=True)
class _Lane:
    waiting: list[_Write] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class MergedWrites:
    """A `PredictionSink` in front of another, for writes of single cells."""

    def __init__(self, sink: PredictionSink) -> None:
        self._sink = sink
        self._lanes: dict[tuple[str | None, str], _Lane] = {}

    async def write(self, building_id: str, series: Sequence[PredictionSeries]) -> None:
        """Keeps predictions, see `nilm_inference.ports.PredictionSink`.

        A caller that is cancelled before its write began takes it along.
        """
        call = current_call()
        key = (call.token, building_id)
        lane = self._lanes.setdefault(key, _Lane())
        write = _Write(call, series, asyncio.get_running_loop().create_future())
        lane.waiting.append(write)
        if lane.task is None:
            lane.task = asyncio.create_task(self._drain(key, lane), context=contextvars.Context())
        await write.done

    async def _drain(self, key: tuple[str | None, str], lane: _Lane) -> None:
        while lane.waiting:
            writes = [each for each in lane.waiting[:_MAX_MERGED] if not each.done.done()]
            del lane.waiting[:_MAX_MERGED]
            if writes:
                await self._send(key[1], writes)
        del self._lanes[key]

    async def _send(self, building_id: str, writes: list[_Write]) -> None:
        """Sends all at once; where that is refused, each alone, so that each gets its own error."""
        try:
            await self._send_together(building_id, writes)
        except UnavailableError as error:
            _settle(writes, error)
        except NilmError as error:
            if len(writes) == 1:
                _settle(writes, error)
                return
            for write in writes:
                await self._send(building_id, [write])
        except Exception as error:  # noqa: BLE001 it belongs to the callers, not to this task
            _settle(writes, error)
        else:
            _settle(writes, None)

    async def _send_together(self, building_id: str, writes: list[_Write]) -> None:
        first = writes[0].call
        enter_call(Call(first.method, first.request_id, first.address, token=first.token))
        cells = (series for write in writes for series in write.series)
        await self._sink.write(building_id, merge_cells(cells))


def _settle(writes: Sequence[_Write], error: Exception | None) -> None:
    for write in writes:
        if write.done.done():
            continue
        if error is None:
            write.done.set_result(None)
        else:
            write.done.set_exception(error)
