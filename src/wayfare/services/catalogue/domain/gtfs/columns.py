"""Which files and columns are known, and which no feed is without."""

from __future__ import annotations

from wayfare.services.catalogue.domain.issues import ErrorLog, IssueLog
from wayfare.services.catalogue.domain.tables import Table

REQUIRED_FILES = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
_REQUIRED_COLUMNS = {
    "agency.txt": ("agency_name", "agency_timezone"),
    "stops.txt": ("stop_id",),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("route_id", "service_id", "trip_id"),
    "stop_times.txt": ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"),
    "calendar.txt": ("service_id", "start_date", "end_date", "monday", "tuesday", "wednesday", "thursday", "friday",
                     "saturday", "sunday"),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
    "frequencies.txt": ("trip_id", "start_time", "end_time", "headway_secs"),
    "shapes.txt": ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"),
    "fare_attributes.txt": ("fare_id", "price", "currency_type"),
    "fare_rules.txt": ("fare_id",),
    "transfers.txt": ("from_stop_id", "to_stop_id"),
}  # fmt: skip

# The columns of the GTFS reference (gtfs.org/documentation/schedule/reference), of files that are read.
_KNOWN_COLUMNS = {
    "agency.txt": "agency_id agency_name agency_url agency_timezone agency_lang agency_phone agency_fare_url "
    "agency_email cemv_support",
    "stops.txt": "stop_id stop_code stop_name tts_stop_name stop_desc stop_lat stop_lon zone_id stop_url location_type "
    "parent_station stop_timezone wheelchair_boarding level_id platform_code stop_access",
    "routes.txt": "route_id agency_id route_short_name route_long_name route_desc route_type route_url route_color "
    "route_text_color route_sort_order continuous_pickup continuous_drop_off network_id cemv_support",
    "trips.txt": "route_id service_id trip_id trip_headsign trip_short_name direction_id block_id shape_id "
    "wheelchair_accessible bikes_allowed cars_allowed",
    "stop_times.txt": "trip_id arrival_time departure_time stop_id location_group_id location_id stop_sequence "
    "stop_headsign start_pickup_drop_off_window end_pickup_drop_off_window pickup_type drop_off_type continuous_pickup "
    "continuous_drop_off shape_dist_traveled timepoint pickup_booking_rule_id drop_off_booking_rule_id",
    "calendar.txt": "service_id monday tuesday wednesday thursday friday saturday sunday start_date end_date",
    "calendar_dates.txt": "service_id date exception_type",
    "frequencies.txt": "trip_id start_time end_time headway_secs exact_times",
    "shapes.txt": "shape_id shape_pt_lat shape_pt_lon shape_pt_sequence shape_dist_traveled",
    "fare_attributes.txt": "fare_id price currency_type payment_method transfers agency_id transfer_duration",
    "fare_rules.txt": "fare_id route_id origin_id destination_id contains_id",
    "transfers.txt": "from_stop_id to_stop_id from_route_id to_route_id from_trip_id to_trip_id transfer_type "
    "min_transfer_time",
    "feed_info.txt": "feed_publisher_name feed_publisher_url feed_lang default_lang feed_start_date feed_end_date "
    "feed_version feed_contact_email feed_contact_url",
    "translations.txt": "table_name field_name language translation record_id record_sub_id field_value trans_id lang",
}
READ_FILES = frozenset(_KNOWN_COLUMNS)
KNOWN_FILES = READ_FILES | {
    "levels.txt", "pathways.txt", "attributions.txt", "timeframes.txt", "rider_categories.txt", "fare_media.txt",
    "fare_products.txt", "fare_leg_rules.txt", "fare_leg_join_rules.txt", "fare_transfer_rules.txt", "areas.txt",
    "stop_areas.txt", "networks.txt", "route_networks.txt", "location_groups.txt", "location_group_stops.txt",
    "locations.geojson", "booking_rules.txt",
}  # fmt: skip


def check(table: Table, issues: IssueLog, errors: ErrorLog) -> None:
    """Report the columns nobody knows and refuse the file when a needed one is missing or there twice."""
    for column in _REQUIRED_COLUMNS.get(table.name, ()):
        if not table.has(column):
            errors.add(table.name, 1, f"the column {column} is missing")
        elif table.header.count(column) > 1:
            # Which of them is meant decides what everything else in the feed refers to.
            errors.add(table.name, 1, f"column {column} twice")
    known = _KNOWN_COLUMNS.get(table.name)
    if known is None:
        return
    unknown = [column for column in table.header if column and column not in known.split()]
    if unknown:
        issues.add(table.name, 1, "unknown columns: not used", ", ".join(unknown), count=len(unknown))
    twice = sorted({column for column in table.header if column and table.header.count(column) > 1})
    if twice:
        issues.add(table.name, 1, "columns occur twice: the first counts", ", ".join(twice), count=len(twice))
