"""What the law and the regency decide, as pure functions over plain data."""
