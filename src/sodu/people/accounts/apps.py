"""The app's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, their sign-in, their settings and their tokens."""

    name = "sodu.people.accounts"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
