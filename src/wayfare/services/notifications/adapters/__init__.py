"""Tables, the HTTP client, the timetable."""
