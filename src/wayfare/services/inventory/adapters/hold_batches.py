"""What the lanes write: batches of holds placed, confirmed, released and expired, each in one transaction.

Deadlocks cannot arise: every transaction locks holds before occupancy or only new holds after it, each in key order,
and none locks occupancy twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from wayfare.contracts.inventory.api import ConfirmHold, ReleaseHold
from wayfare.infrastructure.database import Connection
from wayfare.kernel.errors import IdempotencyConflict, NotFound, Unavailable, WayfareError
from wayfare.kernel.sections import from_words
from wayfare.services.inventory.adapters import sql
from wayfare.services.inventory.adapters.hold_rows import (
    claim_columns,
    hold_record,
    key_columns,
    mask_columns,
)
from wayfare.services.inventory.adapters.metrics import CONFIRMED, EXPIRED, RELEASED
from wayfare.services.inventory.application.ports import Released, Swept, Taken
from wayfare.services.inventory.domain.claims import Claim, Key, combine, fold
from wayfare.services.inventory.domain.errors import UnitLost
from wayfare.services.inventory.domain.holds import HoldRecord, NewHold, State

SWEEP_MAX = 1000
"""Holds expired by one transaction."""


class HoldBatches:
    """The flush functions of inventory's lanes."""

    async def place(
        self, connection: Connection, holds: Sequence[NewHold], again: bool
    ) -> Sequence[HoldRecord | Exception | None]:
        """None for each hold that was written, the hold of an earlier time for a repeated request.

        UnitLost: somebody has one of its units, nothing was written. IdempotencyConflict: its id belongs to a
        hold of another request.
        """
        repeated = await _find(connection, [hold.hold_id for hold in holds]) if again else {}
        first: dict[UUID, NewHold] = {}
        for hold in holds:
            if hold.hold_id not in repeated:
                first.setdefault(hold.hold_id, hold)
        lost, surplus = await _claim(connection, list(first.values()))
        winners = [hold for hold in first.values() if hold.hold_id not in lost]
        written = await _insert(connection, winners)
        earlier = [hold for hold in winners if hold.hold_id not in written]
        if earlier:
            repeated |= await _find(connection, [hold.hold_id for hold in earlier])
            surplus += [claim for hold in earlier for claim in hold.claims]
        if surplus:  # rows that this transaction has locked already
            await connection.execute(sql.CLEAR, *mask_columns(combine(surplus)))
        return [_placed(hold, first, lost, repeated) for hold in holds]

    async def confirm(
        self, connection: Connection, requests: Sequence[ConfirmHold], _again: bool
    ) -> Sequence[HoldRecord | Exception]:
        """Of several bookings for one hold the first one asked wins."""
        first: dict[UUID, UUID] = {}
        for request in requests:
            first.setdefault(request.hold_id, request.booking_id)
        rows = await connection.fetch(sql.CONFIRM, list(first), list(first.values()))
        records = {record.hold_id: record for record in map(hold_record, rows)}
        CONFIRMED.inc(len(rows))
        missing = [hold_id for hold_id in first if hold_id not in records]
        if missing:
            records |= await _find(connection, missing)
        return [_confirmed(records.get(request.hold_id), request.booking_id) for request in requests]

    async def release(
        self, connection: Connection, requests: Sequence[ReleaseHold], _again: bool
    ) -> Sequence[Released | Exception]:
        """Several releases of one hold take effect one after the other."""
        rows = await connection.fetch(sql.LOCK_HOLDS, list({request.hold_id for request in requests}))
        before = {record.hold_id: record for record in map(hold_record, rows)}
        after = dict(before)
        answers: list[Released | Exception] = []
        for request in requests:
            record = after.get(request.hold_id)
            if record is None:
                answers.append(NotFound(f"there is no hold {request.hold_id}"))
                continue
            try:
                released = record.released(request.booking_id, request.passengers)
            except WayfareError as error:
                answers.append(error)
                continue
            after[request.hold_id] = released
            freed = frozenset(claim.departure_id for claim in set(record.owned) - set(released.owned))
            answers.append(Released(released, freed))
        changed = [hold_id for hold_id, record in after.items() if record is not before[hold_id]]
        if changed:
            await _clear(
                connection,
                [claim for id_ in changed for claim in set(before[id_].owned) - set(after[id_].owned)],
            )
            await _update(connection, [after[hold_id] for hold_id in changed])
            RELEASED.inc(sum(after[hold_id].state is State.RELEASED for hold_id in changed))
            EXPIRED.inc(sum(after[hold_id].state is State.EXPIRED for hold_id in changed))
        return answers

    async def find(self, connection: Connection, hold_ids: Sequence[UUID], _again: bool) -> Sequence[HoldRecord | None]:
        records = await _find(connection, hold_ids)
        return [records.get(hold_id) for hold_id in hold_ids]

    async def sweep(self, connection: Connection, requests: Sequence[datetime], _again: bool) -> Sequence[Swept]:
        """One sweep for all who asked, from the earliest time they named."""
        until = await connection.fetchval(sql.NOW)
        due = await connection.fetch(sql.LOCK_DUE, min(requests), SWEEP_MAX)
        claims: list[Claim] = []
        if due:
            rows = await connection.fetch(sql.EXPIRE, [row["hold_id"] for row in due])
            claims = [claim for row in rows for claim in hold_record(row).claims]
            await _clear(connection, claims)
            EXPIRED.inc(len(rows))
        departures = frozenset(claim.departure_id for claim in claims)
        complete = len(due) < SWEEP_MAX
        return [Swept(departures, until if complete else due[-1]["expires_at"], complete)] * len(requests)

    async def read_taken(self, connection: Connection, departure_ids: Sequence[int], _again: bool) -> Sequence[Taken]:
        taken: dict[int, list[tuple[int, int]]] = {departure_id: [] for departure_id in departure_ids}
        for departure_id, unit_no, low, high in await connection.fetch(sql.TAKEN, list(taken)):
            taken[departure_id].append((unit_no, from_words(low, high)))
        return [taken[departure_id] for departure_id in departure_ids]


async def _insert(connection: Connection, holds: Sequence[NewHold]) -> set[UUID]:
    """Write holds in the order of their ids; those that were not there yet."""
    if not holds:
        return set()
    holds = sorted(holds, key=lambda hold: hold.hold_id)
    firsts, lasts, columns = claim_columns([hold.claims for hold in holds])
    rows = await connection.fetch(
        sql.INSERT_HOLDS,
        [hold.lasts_s for hold in holds],
        [hold.hold_id for hold in holds],
        [hold.expires_s for hold in holds],
        [hold.offer_token for hold in holds],
        [hold.fingerprint for hold in holds],
        firsts,
        lasts,
        *columns,
    )
    return {row[0] for row in rows}


async def _claim(connection: Connection, holds: Sequence[NewHold]) -> tuple[dict[UUID, frozenset[Key]], list[Claim]]:
    """Claim the units of a batch: who lost which units, and the claims that losers won and must give back."""
    lost: dict[UUID, frozenset[Key]] = {}
    surplus: list[Claim] = []
    folded, conflicts = fold([hold.claims for hold in holds])
    if not folded:
        return {hold.hold_id: frozenset([key]) for hold, key in zip(holds, conflicts, strict=True) if key}, []
    rows = await connection.fetch(sql.CLAIM, *mask_columns(folded))
    refused = folded.keys() - set(map(tuple, rows)) if len(rows) < len(folded) else frozenset()
    for hold, conflict in zip(holds, conflicts, strict=True):
        if conflict:
            lost[hold.hold_id] = frozenset([conflict])
        elif refused and (missed := refused & {claim.key for claim in hold.claims}):
            lost[hold.hold_id] = frozenset(missed)
            surplus += [claim for claim in hold.claims if claim.key not in refused]
    return lost, surplus


async def _find(connection: Connection, hold_ids: Iterable[UUID]) -> dict[UUID, HoldRecord]:
    rows = await connection.fetch(sql.FIND_HOLDS, list(set(hold_ids)))
    return {record.hold_id: record for record in map(hold_record, rows)}


async def _clear(connection: Connection, claims: Iterable[Claim]) -> None:
    """Give units back: locked in key order first, then one mask per unit."""
    masks = combine(claims)
    await connection.execute(sql.LOCK_UNITS, *key_columns(masks))
    await connection.execute(sql.CLEAR, *mask_columns(masks))


async def _update(connection: Connection, holds: Sequence[HoldRecord]) -> None:
    firsts, lasts, columns = claim_columns([hold.claims for hold in holds])
    ids, states = [hold.hold_id for hold in holds], [int(hold.state) for hold in holds]
    await connection.execute(sql.UPDATE_HOLDS, ids, states, firsts, lasts, *columns)


def _placed(
    hold: NewHold,
    first: Mapping[UUID, NewHold],
    lost: Mapping[UUID, frozenset[Key]],
    repeated: Mapping[UUID, HoldRecord],
) -> HoldRecord | Exception | None:
    record = repeated.get(hold.hold_id)
    if record is not None:
        return record if record.fingerprint == hold.fingerprint else IdempotencyConflict()
    if first[hold.hold_id] is not hold:
        return UnitLost(frozenset())  # the same request twice in a batch: next time it meets the first one's row
    missed = lost.get(hold.hold_id)
    return UnitLost(missed) if missed is not None else None


def _confirmed(record: HoldRecord | None, booking_id: UUID) -> HoldRecord | Exception:
    if record is None:
        return NotFound("there is no such hold")
    if record.state is State.HELD:
        return Unavailable("the hold was only just placed")
    try:
        return record.confirmed_for(booking_id)
    except WayfareError as error:
        return error
