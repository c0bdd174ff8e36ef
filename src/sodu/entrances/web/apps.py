"""The portal's name for Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, their templates and static files."""

    name = "sodu.entrances.web"
    label = "web"

    def ready(self) -> None:
        """Set up the log once settings are there."""
        from django.conf import settings

        from sodu.entrances.web import signals  # noqa: F401 - its receivers listen from now on
        from sodu.entrances.web.logs import set_up

        set_up(settings.CONFIGURATION.log)
