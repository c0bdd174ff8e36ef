"""A mail server on this machine, that the portal hands its mail to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sodu.entrances.configuration import MailServer
from tests.people.saved.mail_server import MailServerHere, served_mail


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServerHere]:
    """A real SMTP server that keeps what it is given; the portal is set up to use it."""
    with served_mail() as server:
        settings.CONFIGURATION = replace(
            settings.CONFIGURATION, smtp=MailServer("127.0.0.1", server.port, encryption="none")
        )
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        settings.DEFAULT_FROM_EMAIL = "Reports <reports@example.com>"
        yield server
