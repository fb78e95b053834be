"""`wayfare doctor`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.doctor import examine
from wayfare.bootstrap.settings import Settings
from wayfare.bootstrap.tables import table_faults
from wayfare.contracts.inventory.api import Finding, Findings
from wayfare.infrastructure.telemetry import configure_logging

_SHOWN = 100


def run_doctor(settings: Settings, gateway_days: int) -> int:
    """Examine and print. Gives the exit code: 0 when all is well, 1 when something was found."""
    console = Console(stderr=True)
    configure_logging("warning", json=settings.logs_json)
    with database_server(settings, share=True) as ready, console.status("examining") as status:
        findings = asyncio.run(_examine(ready, gateway_days, lambda step: status.update(f"examining: {step}")))
        faults = asyncio.run(table_faults(ready))
        tables = tuple(Finding("table_differs", name, fault) for name, fault in faults.items())
        findings = Findings(findings.checked, findings.findings + tables)
    _print(findings)
    return 1 if findings.findings else 0


async def _examine(settings: Settings, gateway_days: int, progress: Callable[[str], None]) -> Findings:
    served = ("inventory", "payments", "documents", "bookings")
    system = compose(settings, served, worker_no=1, run_jobs=False, unasked=("offers",))
    await system.start()
    try:
        inventory, bookings, payments = (system.services[name].api for name in ("inventory", "bookings", "payments"))
        return await examine(inventory, bookings, payments, progress, gateway_days=gateway_days)
    finally:
        await system.stop()


def _print(findings: Findings) -> None:
    console = Console()
    if not findings.findings:
        console.print(f"[green]All is well[/]: {findings.checked:,} records agree.")
        return
    table = Table("code", "object", "what is wrong", title=f"{len(findings.findings):,} findings")
    for finding in findings.findings[:_SHOWN]:
        table.add_row(finding.code, finding.subject, finding.detail)
    console.print(table)
