"""The engine of several machines: ClickHouse, its nodes sharing the facts by partner. The driver is imported here only."""
