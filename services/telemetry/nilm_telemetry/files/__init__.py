"""Files of readings: read row by row with their faults named, and written in parts.

A format is one module here and one line in `nilm_telemetry.files.formats`.
"""
