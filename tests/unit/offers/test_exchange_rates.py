"""Exchange rates: the ECB's files, converting, and which rates are sold at."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.typing import EventDict

from logs import logged
from unit.offers.desks import KeptRates
from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.kernel.errors import ImportRefused, NotFound, Unavailable
from wayfare.kernel.time import FixedClock
from wayfare.services.catalogue import demo
from wayfare.services.offers.adapters import current_rates
from wayfare.services.offers.adapters.current_rates import CurrentRates, demo_rates
from wayfare.services.offers.adapters.ecb_files import read_days
from wayfare.services.offers.adapters.metrics import count_rates_import
from wayfare.services.offers.adapters.rate_files import EcbFiles
from wayfare.services.offers.application.import_rates import ImportRates
from wayfare.services.offers.domain.exchange import RateDay, Rates
from wayfare.services.offers.entrypoints import jobs
from wayfare.services.offers.entrypoints.jobs import rate_jobs

FRIDAY = RateDay(date(2026, 6, 12), {"GBP": Decimal("0.85"), "JPY": Decimal("160.5")})
RATES = Rates.of(FRIDAY)
MONDAY = datetime(2026, 6, 15, tzinfo=UTC)
DAILY = b"Date, USD, JPY, GBP, XTS, \n12 June 2026, 1.1172, 175.68, 0.83380, N/A, \n"
ALL_DAYS = b"Date,USD,CYP,\n2026-06-12,1.1172,N/A,\n2026-06-11,1.11,0.58,\n"
XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<Cube><Cube time='2026-06-12'>
<Cube currency='USD' rate='1.1172'/>
<Cube currency='JPY' rate='175.68'/>
</Cube></Cube></gesmes:Envelope>"""


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


class TestFiles:
    def test_of_one_day(self) -> None:
        usual = {"USD": Decimal("1.1172"), "JPY": Decimal("175.68"), "GBP": Decimal("0.83380")}
        assert read_days("eurofxref.csv", DAILY) == [RateDay(date(2026, 6, 12), usual)]

    @pytest.mark.parametrize("content", [ALL_DAYS, zipped("eurofxref-hist.csv", ALL_DAYS)])
    def test_of_all_days(self, content: bytes) -> None:
        days = read_days("hist", content)
        assert [(day.published.day, day.worth) for day in days] == [
            (11, {"USD": Decimal("1.11")}),  # the pound of Cyprus is no longer in use
            (12, {"USD": Decimal("1.1172")}),
        ]

    @pytest.mark.parametrize("content", [XML, zipped("eurofxref-daily.xml", XML)])
    def test_xml(self, content: bytes) -> None:
        (day,) = read_days("daily.xml", content)
        assert day == RateDay(date(2026, 6, 12), {"USD": Decimal("1.1172"), "JPY": Decimal("175.68")})

    @pytest.mark.parametrize(
        ("content", "line", "reason"),
        [
            (b"", 1, "is empty"),
            (b"a,b\n1\n", 1, "must begin with Date"),
            (b"Date, USD\n", 1, "has no day"),
            (b"Date, USD, USD\n12 June 2026, 1, 1\n", 1, "'USD'"),
            (b"Date, usd\n12 June 2026, 1\n", 1, "'usd'"),
            (b"Date, USD\nnever, 1\n", 2, "'never' is not a date"),
            (b"Date,USD\n2026-06-12,1.1\n2026-06-31,1.1\n", 3, "is not a date"),
            (b"Date,USD\n2026-06-12,1.1\n2026-06-12,1.2\n", 3, "twice"),
            (b"Date,USD,GBP\n2026-06-12,1.1\n", 2, "2 cells, the header has 3"),
            (b"Date,USD\n2026-06-12,1.1,2\n", 2, "3 cells, the header has 2"),
            (b"Date,USD\n\n2026-06-12,-1\n", 3, "'-1' is not a rate of USD"),
            (b"Date,USD\n2026-06-12,0.0\n", 2, "not a rate"),
            (b"Date,USD\n2026-06-12,1_0\n", 2, "not a rate"),
            (b"Date,USD\n2026-06-12,1e3\n", 2, "not a rate"),
            (b"Date,USD\n2026-06-12,\n", 2, "not a rate"),
            (b"Date,USD\n2026-06-12,N/A\n", 2, "no rate of a currency in use"),
            (b"Date,USD\n2026-06-12,\xff\n", 2, "UTF-8"),
            (b"<a>\n<b></a>", 2, "mismatched tag"),
            (XML.replace(b"'1.1172'", b"'x'"), 3, "'x' is not a rate of USD"),
            (b"<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY e 'e'>]><x/>", 2, "document type"),
            (b"<x><Cube currency='USD' rate='1'/></x>", 1, "without a day"),
            (zipped("readme.txt", b""), 1, "no CSV or XML"),
            (zipped("a.csv", DAILY)[:-30], 1, ""),
        ],
    )
    def test_others_are_refused_with_line_and_reason(self, content: bytes, line: int, reason: str) -> None:
        with pytest.raises(ImportRefused) as refused:
            read_days("rates", content)
        (error,) = refused.value.facts["errors"]
        assert error["line"] == line
        assert reason in error["reason"]

    def test_of_the_ecb_itself(self, shared_data: Path) -> None:
        (today,) = read_days("eurofxref.csv", (shared_data / "fx" / "eurofxref.csv").read_bytes())
        days = read_days("hist", (shared_data / "fx" / "eurofxref-hist.zip").read_bytes())
        assert days[-1] == today
        assert days[0].published == date(1999, 1, 4)
        assert days[0].worth["USD"] == Decimal("1.1789")


class TestSources:
    @pytest.mark.parametrize("name", ["rates 100%25.csv", "rates.csv"])
    async def test_a_path_is_taken_as_it_is(self, name: str, tmp_path: Path) -> None:
        (tmp_path / name).write_bytes(DAILY)
        assert len(await EcbFiles().read(str(tmp_path / name))) == 1
        assert len(await EcbFiles().read((tmp_path / name).as_uri())) == 1

    @pytest.mark.parametrize("source", ["nowhere.csv", ".", "http://[::1", "http://127.0.0.1:1/rates.csv", "https://"])
    async def test_what_is_not_there_is_refused_by_name(self, source: str) -> None:
        with pytest.raises((NotFound, Unavailable)):
            await EcbFiles().read(source)


class TestRates:
    def test_convert_and_round_once(self) -> None:
        assert RATES.convert(1000, "EUR", "GBP") == 850
        assert RATES.convert(1, "GBP", "JPY") == 2  # 0.01 / 0.85 · 160.5 = 1.888
        assert RATES.convert(123, "GBP", "GBP") == 123

    def test_are_said_in_the_conditions(self) -> None:
        assert RATES.conversion({"EUR", "GBP"}, "EUR").sentence == (
            "Converted at ECB reference rates of 2026-06-12: 1 EUR = 0.85 GBP."
        )

    def test_are_rounded_to_the_decimals_of_the_currency(self) -> None:
        rates = demo_rates()
        assert rates.convert(1000, "EUR", "JPY") == 1757  # 10.00 · 175.68 = 1756.8
        assert rates.convert(1000, "EUR", "KRW") == 14_918  # 14917.6
        assert rates.convert(1757, "JPY", "EUR") == 1000
        assert rates.convert(1000, "EUR", "INR") == 106_084
        worth = {"ISK": Decimal("136.00"), "HUF": Decimal("366.33"), "KWD": Decimal("0.3421")}
        rates = Rates.of(RateDay(date(2026, 6, 12), worth))
        assert rates.convert(1005, "EUR", "ISK") == 1367  # 1366.8
        assert rates.convert(1005, "EUR", "HUF") == 368_162  # 3681.6165, two decimals by ISO 4217
        assert rates.convert(1005, "EUR", "KWD") == 3438  # 3.438105, three

    def test_of_the_demonstration_serve_it_alone(self) -> None:
        rates = demo_rates()
        assert rates.serves(["demo-air", "demo-rail-in"])
        assert not rates.serves(["demo-air", "a-carrier"])
        assert rates.conversion({"EUR", "INR"}, "EUR").sentence == (
            "Converted at the demonstration's ECB reference rates of 2026-10-30: 1 EUR = 106.0840 INR."
        )

    def test_of_the_demonstration_know_the_currencies_of_its_tariffs(self) -> None:
        tariffs = tomllib.loads((Path(demo.__file__).parent / "tariffs.toml").read_text())["tariff"]
        assert {tariff["currency"] for tariff in tariffs} - {"EUR"} == set(demo_rates().worth)

    def test_of_the_demonstration_are_the_ecbs(self, shared_data: Path) -> None:
        (published,) = read_days("eurofxref.csv", (shared_data / "fx" / "eurofxref.csv").read_bytes())
        shipped = demo_rates()
        if published.published == shipped.published:
            assert {code: published.worth[code] for code in shipped.worth} == shipped.worth


@pytest.fixture
def logs() -> Iterator[Sequence[EventDict]]:
    with logged(current_rates, jobs) as entries:
        yield entries


class Broken(KeptRates):
    async def find_newest(self, today: date) -> RateDay | None:
        raise Unavailable


class TestCurrentRates:
    async def test_are_the_newest_that_are_not_of_tomorrow(self) -> None:
        tomorrow = RateDay(date(2026, 6, 16), {"GBP": Decimal("0.9")})
        store = KeptRates(FRIDAY, RateDay(date(2026, 6, 11), {"GBP": Decimal("0.8")}), tomorrow)
        current = CurrentRates(store, FixedClock(MONDAY))
        assert current.get_rates().demonstration
        await current.look()
        assert current.get_rates() == RATES

    async def test_are_taken_up_by_a_look_and_stay_when_it_fails(self) -> None:
        store = KeptRates(FRIDAY)
        current = CurrentRates(store, FixedClock(MONDAY))
        await current.look()
        before = current.get_rates()
        await current.look()
        assert current.get_rates() is before  # what is known of priced trips stays known
        await store.write([RateDay(date(2026, 6, 15), {"GBP": Decimal("0.86")})])
        await current.look()
        after = current.get_rates()
        assert after.published == date(2026, 6, 15)
        current._store = Broken()
        with pytest.raises(Unavailable):
            await current.look()
        assert current.get_rates() is after

    async def test_old_ones_are_sold_at_with_a_warning_once_a_day(self, logs: Sequence[EventDict]) -> None:
        clock = FixedClock(MONDAY + timedelta(days=4))
        current = CurrentRates(KeptRates(FRIDAY), clock, old_days=7)
        await current.look()
        assert [each["event"] for each in logs] == ["rates.loaded"]
        for passed in (timedelta(days=1), timedelta(hours=2), timedelta(hours=2), timedelta(days=1)):
            clock.advance(int(passed.total_seconds()))
            await current.look()
        assert [each["age_days"] for each in logs if each["event"] == "rates.old"] == [8, 9]
        assert REGISTRY.get_sample_value("wayfare_rates_age_days") == 9
        assert current.get_rates() == RATES


def timed(store: KeptRates, current: CurrentRates, source: str | None) -> Sequence[PeriodicJob]:
    return rate_jobs(current.look, ImportRates(EcbFiles(), store), count_rates_import, source, 60)


class TestTimedImport:
    def counted(self, result: str) -> float:
        return REGISTRY.get_sample_value("wayfare_rates_imports_total", {"result": result}) or 0

    async def test_fetches_and_takes_up(self, tmp_path: Path) -> None:
        (tmp_path / "rates.csv").write_bytes(DAILY)
        store = KeptRates()
        current = CurrentRates(store, FixedClock(MONDAY))
        job = timed(store, current, f"file://{tmp_path}/rates.csv")[1]
        before = self.counted("changed"), self.counted("unchanged")
        await job.run()
        assert current.get_rates().worth["USD"] == Decimal("1.1172")
        await job.run()
        assert (self.counted("changed"), self.counted("unchanged")) == (before[0] + 1, before[1] + 1)

    async def test_failure_is_counted_and_the_old_rates_stay(self, tmp_path: Path, logs: Sequence[EventDict]) -> None:
        (tmp_path / "rates.csv").write_bytes(b"gone wrong")
        store = KeptRates(FRIDAY)
        current = CurrentRates(store, FixedClock(MONDAY))
        await current.look()
        job = timed(store, current, str(tmp_path / "rates.csv"))[1]
        before = self.counted("failed")
        with pytest.raises(ImportRefused):
            await job.run()
        assert logs[-1]["event"] == "rates.not_imported"
        assert self.counted("failed") == before + 1
        assert (current.get_rates(), list(store.days)) == (RATES, [FRIDAY.published])

    def test_without_a_source_nothing_is_fetched(self) -> None:
        store = KeptRates()
        current = CurrentRates(store, FixedClock(MONDAY))
        assert [job.name for job in timed(store, current, None)] == ["offers.rates"]
