"""Rules of timetables: pure Python over what a feed says."""
