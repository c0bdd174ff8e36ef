"""Loading: from files to batches and journal rows, by the contract."""

from sodu.warehouse.loading.load import load
from sodu.warehouse.loading.request import BatchReport, LoadReport, LoadRequest

__all__ = ["BatchReport", "LoadReport", "LoadRequest", "load"]
