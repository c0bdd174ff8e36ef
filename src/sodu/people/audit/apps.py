"""The app's name for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who saw, exported, loaded and changed what."""

    name = "sodu.people.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
