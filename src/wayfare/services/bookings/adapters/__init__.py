"""Tables, timetable views and metrics."""
