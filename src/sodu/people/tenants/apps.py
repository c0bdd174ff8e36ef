"""The app's name for Django."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Whose facts a person may see: the one door to a Scope."""

    name = "sodu.people.tenants"
    label = "tenants"
    default_auto_field = "django.db.models.BigAutoField"
