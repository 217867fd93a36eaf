"""What leaves the house as files: CSV, workbooks."""
