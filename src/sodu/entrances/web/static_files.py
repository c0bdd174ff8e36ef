"""Static files under names that follow from what they hold."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """whitenoise's own; each address is put together once: a page has a dozen of them."""

    def __init__(self) -> None:
        super().__init__()
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]
