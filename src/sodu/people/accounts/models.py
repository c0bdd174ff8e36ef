"""Users and their tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from sodu.values.text import mark as _


class Role(models.TextChoices):
    """What a person is there for. The provider's people see all partners, a partner's people their own."""

    OPERATOR = "operator", _("Provider operator")
    AUDITOR = "auditor", _("Provider auditor")
    PARTNER_ADMIN = "partner_admin", _("Partner admin")
    PARTNER_MEMBER = "partner_member", _("Partner member")


PROVIDER_ROLES = (Role.OPERATOR, Role.AUDITOR)


class Theme(models.TextChoices):
    """Light, dark, or as the machine has it."""

    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class NumberStyle(models.TextChoices):
    """Which signs group digits and part decimals."""

    LANGUAGE = "language", _("As the language")
    POINT = "point", _("1,234,567.89")
    COMMA = "comma", _("1.234.567,89")
    SPACE = "space", _("1 234 567,89")


class TimeFormat(models.TextChoices):
    """How hours are written."""

    HOURS_24 = "24", _("24 hours")
    HOURS_12 = "12", _("12 hours")


class Density(models.TextChoices):
    """How high the rows of tables are."""

    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class UserManager(BaseUserManager["User"]):
    """Makes users: an e-mail address is a user's name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user; without a password, one who can sign in by link or single sign-on only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=128, blank=True)
    role = models.CharField(max_length=16, choices=Role.choices)
    partner_id = models.CharField(max_length=128, blank=True)
    """The partner whose people this is; empty for the provider's."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    language = models.CharField(max_length=8, blank=True)
    number_style = models.CharField(max_length=8, choices=NumberStyle.choices, default=NumberStyle.LANGUAGE)
    time_format = models.CharField(max_length=2, choices=TimeFormat.choices, default=TimeFormat.HOURS_24)
    zone = models.CharField(max_length=64, blank=True)
    """In which instants are shown; empty for the reporting zone. Days are cut in the reporting zone always."""
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(max_length=16, choices=Density.choices, default=Density.COMFORTABLE)
    shortcuts = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """Addresses differ in more than their case; a partner's people have a partner, the provider's none."""

        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_whatever_case"),
            models.CheckConstraint(
                condition=(models.Q(role__in=PROVIDER_ROLES) & models.Q(partner_id=""))
                | (~models.Q(role__in=PROVIDER_ROLES) & ~models.Q(partner_id="")),
                name="user_partner_as_role",
            ),
        ]

    def __str__(self) -> str:
        """What the person is called."""
        return self.name or self.email

    @property
    def is_provider(self) -> bool:
        """Whether this is one of the provider's people."""
        return self.role in PROVIDER_ROLES

    @property
    def is_operator(self) -> bool:
        """Whether this person may change the record."""
        return self.role == Role.OPERATOR

    @property
    def is_partner_admin(self) -> bool:
        """Whether this person invites and removes people of the partner."""
        return self.role == Role.PARTNER_ADMIN


class Token(models.Model):
    """A personal token of the API. Its secret is shown once, and only its SHA-256 is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=128)
    public = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    may_export = models.BooleanField(default=False)
    """Whether it may start background exports, besides reading."""
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Its name."""
        return self.name
