"""Readers of the forms in which households are published, one file each.

All of them hand out the same `Household`: means over 30 s, UTC, with everything that does not count
as NaN. `registry` chooses one by the form's name.
"""
