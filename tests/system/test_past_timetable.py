"""A published timetable of the past, sold by a server whose clock stands in its time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from system.harness import Server, run_wayfare
from system.world import CONTACT, PASSENGER, bearer, sellable

pytestmark = pytest.mark.slow
NOW = "2016-06-10T08:00:00+02:00"


@pytest.fixture
def german_server(data_dir: Path, shared_data: Path) -> Iterator[Server]:
    feed = shared_data / "rail" / "db-fernverkehr-2016.zip"
    imported = run_wayfare("import", "gtfs", str(feed), data_dir=data_dir, now=NOW)
    assert imported.returncode == 0, imported.stderr
    assert "79,734" in imported.stdout, "the report names the stop_times read"
    with Server(data_dir, workers=1, now=NOW) as running:
        yield running


class TestGermanTrainsOf2016:
    def test_berlin_to_munich_is_searched_booked_and_ticketed(self, german_server: Server) -> None:
        query = {"from": "Berlin Hbf", "to": "München Hbf", "date": "2016-06-15", "limit": "50"}
        answer = german_server.get("/v1/offers", params=query)
        assert answer.status_code == 200, answer.text
        trips = [trip for trip in answer.json()["trips"] if sellable(trip)]
        assert len(trips) > 10
        assert all(trip["departs_at"].startswith("2016-06-15") for trip in trips)
        held = german_server.post("/v1/holds", json={"offer_id": sellable(trips[0])[0]["offer_id"]})
        assert held.status_code == 201, held.text
        assert held.json()["expires_at"].startswith("2016-06-10"), "holds expire by the business clock"
        body = {
            "hold_id": held.json()["hold_id"],
            "passengers": [PASSENGER],
            "contact": CONTACT,
            "payment": {"method": "card", "token": "tok_approved"},
        }
        booked = german_server.post("/v1/bookings", json=body)
        assert booked.status_code == 201, booked.text
        headers = bearer(booked.json()["access_token"])
        ticket = german_server.get(booked.json()["tickets"][0]["url"], headers=headers)
        assert ticket.content.startswith(b"%PDF-")
        doctor = run_wayfare("doctor", data_dir=german_server.data_dir, now=NOW)
        assert doctor.returncode == 0, doctor.stdout

    def test_importing_the_same_feed_again_changes_nothing(self, german_server: Server, shared_data: Path) -> None:
        feed = shared_data / "rail" / "db-fernverkehr-2016.zip"
        again = run_wayfare("import", "gtfs", str(feed), data_dir=german_server.data_dir, now=NOW)
        assert again.returncode == 0, again.stderr
        assert "nothing changed" in again.stdout
