"""The app's name for Django."""

from django.apps import AppConfig


class SavedConfig(AppConfig):
    """What people keep: views, schedules, exports."""

    name = "sodu.people.saved"
    label = "saved"
    default_auto_field = "django.db.models.BigAutoField"
