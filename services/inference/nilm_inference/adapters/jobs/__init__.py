"""The job queue in its forms, all behind one port."""
