"""SQL of the reports, in DuckDB's dialect: pure functions from a question to text and typed parameters."""
