"""What the catalogue does by itself."""

from __future__ import annotations

from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.services.catalogue.application.publish_timetable import PublishTimetable


def catalogue_jobs(publish: PublishTimetable) -> list[PeriodicJob]:
    """Publishing what was committed but not published here: the importer died, or runs on another machine."""
    return [PeriodicJob("catalogue.publish", 15.0, publish)]
