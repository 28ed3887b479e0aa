"""Reading: text becomes an Extraction."""
