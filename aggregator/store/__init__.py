"""The database: tables, and every transaction as a verb."""
