"""Tables in files: CSV, TSV, Excel, JSON lines and Parquet, also compressed. What columns mean is said in `mapping`."""
