"""Money, ids, time and the error tree. Pure Python; imports nothing of ours."""
