"""The app's name for Django."""

from django.apps import AppConfig


class LoadsConfig(AppConfig):
    """Loads that were tried from a page, with what became of them."""

    name = "sodu.people.loads"
    label = "loads"
    default_auto_field = "django.db.models.BigAutoField"
