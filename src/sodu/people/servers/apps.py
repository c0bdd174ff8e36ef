"""The app's name for Django."""

from django.apps import AppConfig


class ServersConfig(AppConfig):
    """The processes that serve."""

    name = "sodu.people.servers"
    label = "servers"
    default_auto_field = "django.db.models.BigAutoField"
