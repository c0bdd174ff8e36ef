"""What the portal's operator sets: from the environment, or from sodu.toml in the home; refused where it is unsafe."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from sodu.values.errors import WrongUsage
from sodu.values.limits import DRAIN_SECONDS_MAX, SECRET_CHARACTERS_MIN, SERVE_THREADS_MAX
from sodu.values.text import mark as _

FILE = "sodu.toml"
ROLES = ("operator", "auditor", "partner_admin", "partner_member")

NAMES = {
    "url": _("The address that people open, such as https://reports.example.com; http for this machine alone"),
    "bind": _("Where the server listens: an address and a port"),
    "request_threads": _("How many requests are answered at once"),
    "secret_key": _("The key that signs sessions, of at least 50 characters; made in the home where it is not set"),
    "mfa_roles": _("Who must have a second factor: roles with commas between, or none"),
    "smtp": _("The mail server, as smtp://user:password@host:587 (STARTTLS) or smtps://…; without it nothing is sent"),
    "mail_from": _("The sender of mail"),
    "proxies": _("How many trusted proxies stand before the server, each of which adds to X-Forwarded-For"),
    "drain_seconds": _("How long a server that is to stop says that it is not ready before it takes no more requests"),
    "log": _("How log lines are written: json or text"),
    "metrics_token": _("The bearer token that /metrics asks for; without it /metrics answers this machine alone"),
}
"""Every setting by its name in sodu.toml; in the environment it is SODU_ and the name in capitals."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    encryption: str = "starttls"
    """starttls, tls, or none (on this machine alone)."""


@dataclass(frozen=True)
class Configuration:
    """The portal's settings, valid."""

    home: Path
    url: str
    bind: str
    request_threads: int
    secret_key: str = field(repr=False)
    mfa_roles: tuple[str, ...]
    smtp: MailServer | None
    mail_from: str
    proxies: int
    drain_seconds: int
    log: str
    metrics_token: str = field(repr=False)
    single_sign_on: tuple[dict[str, Any], ...] = ()
    """OIDC and SAML providers, as `[[single_sign_on]]` tables of sodu.toml."""

    @property
    def is_secure(self) -> bool:
        """Whether people come by https."""
        return self.url.startswith("https:")

    @property
    def host(self) -> str:
        """The name that people open."""
        return urlsplit(self.url).hostname or ""

    @classmethod
    def read(cls, home: Path, environ: Mapping[str, str] | None = None) -> Self:
        """The settings of a home; raises WrongUsage, naming the setting, for a value that is wrong or unsafe."""
        given, single_sign_on = _given(home, os.environ if environ is None else environ)
        bind = _bind(given.get("bind", "127.0.0.1:8000"))
        return cls(
            home=home,
            url=_url(given.get("url", f"http://{bind}")),
            bind=bind,
            request_threads=_whole("request_threads", given.get("request_threads", "8"), 1, SERVE_THREADS_MAX),
            secret_key=_secret(given.get("secret_key"), home),
            mfa_roles=_roles(given.get("mfa_roles", "operator,auditor,partner_admin")),
            smtp=_smtp(given["smtp"]) if given.get("smtp") else None,
            mail_from=_mail_from(given.get("mail_from", "")) if given.get("smtp") else "",
            proxies=_whole("proxies", given.get("proxies", "0"), 0, 9),
            drain_seconds=_whole("drain_seconds", given.get("drain_seconds", "0"), 0, DRAIN_SECONDS_MAX),
            log=_one_of("log", given.get("log", "json"), ("json", "text")),
            metrics_token=_metrics_token(given.get("metrics_token", "")),
            single_sign_on=single_sign_on,
        )


def _given(home: Path, environ: Mapping[str, str]) -> tuple[dict[str, str], tuple[dict[str, Any], ...]]:
    path = home / FILE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUsage(_("{path}: this is not TOML: {said}"), path=str(path), said=str(error)) from None
    providers = table.pop("single_sign_on", [])
    unknown = set(table) - set(NAMES)
    if unknown:
        raise WrongUsage(
            _("{path}: there is no setting '{name}'; there are {known}"),
            path=str(path),
            name=min(unknown),
            known=", ".join([*NAMES, "single_sign_on"]),
        )
    given = {name: str(value) for name, value in table.items()}
    for name in NAMES:
        if value := environ.get(f"SODU_{name.upper()}"):
            given[name] = value
    return given, _providers(path, providers)


def _providers(path: Path, providers: Any) -> tuple[dict[str, Any], ...]:
    wanted = {"openid_connect": {"id", "name", "client_id", "secret", "server_url"}, "saml": {"id", "name", "metadata"}}
    for provider in providers if isinstance(providers, list) else [providers]:
        kind = provider.get("kind") if isinstance(provider, dict) else None
        if kind not in wanted or not wanted[kind] <= set(provider):
            raise WrongUsage(
                _(
                    "{path}: single_sign_on takes tables with kind = openid_connect, id, name, client_id, secret and "
                    "server_url, or kind = saml, id, name and metadata"
                ),
                path=str(path),
            )
    return tuple(providers)


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise WrongUsage(_("SODU_URL: '{text}' is no address such as https://reports.example.com"), text=text)
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise WrongUsage(
            _("SODU_URL: '{text}' would carry passwords and figures in the open; use https, behind a proxy"), text=text
        )
    return text.rstrip("/")


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _bind(text: str) -> str:
    if not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}", text) or int(text.rpartition(":")[2]) > 65535:
        raise WrongUsage(_("SODU_BIND: '{text}' is no address and port such as 127.0.0.1:8000"), text=text)
    return text


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not re.fullmatch("[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise WrongUsage(
            _("SODU_{name}: '{text}' is no whole number from {least} to {most}"),
            name=name.upper(),
            text=text,
            least=least,
            most=most,
        )
    return int(text)


def _one_of(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise WrongUsage(
            _("SODU_{name}: '{text}' is none of {choices}"), name=name.upper(), text=text, choices=", ".join(choices)
        )
    return text


def _roles(text: str) -> tuple[str, ...]:
    if text == "none":
        return ()
    return tuple(_one_of("mfa_roles", role.strip(), ROLES) for role in text.split(","))


def _secret(text: str | None, home: Path) -> str:
    if text is None:
        return _kept_secret(home / "secret.key")
    if len(text) < SECRET_CHARACTERS_MIN or len(set(text)) < 10:
        raise WrongUsage(
            _("SODU_SECRET_KEY: a key of at least {least} characters drawn at random is needed"),
            least=SECRET_CHARACTERS_MIN,
        )
    return text


def _kept_secret(path: Path) -> str:
    """The key of the home, drawn at its first start."""
    if not path.exists():
        staged = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
        # Whole at once, and never over the key of another process that starts at the same moment.
        with suppress(FileExistsError):
            os.link(staged, path)
        staged.unlink()
    return _secret(path.read_text(encoding="ascii").strip(), path.parent)


def _metrics_token(text: str) -> str:
    if text and len(text) < 16:
        raise WrongUsage(_("SODU_METRICS_TOKEN: at least {least} characters are needed"), least=16)
    return text


def _mail_from(text: str) -> str:
    if not re.fullmatch(r"[^\r\n]*[^\s@]+@[^\s@]+>?", text):
        raise WrongUsage(_("SODU_MAIL_FROM: '{text}' is no sender such as Reports <reports@example.com>"), text=text)
    return text


def _smtp(text: str) -> MailServer:
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == -1:
        raise WrongUsage(_("SODU_SMTP: this is no address such as smtp://user:password@mail.example.com:587"))
    encryption = "tls" if parts.scheme == "smtps" else "none" if _is_this_machine(parts.hostname) else "starttls"
    default = 465 if encryption == "tls" else 587
    return MailServer(parts.hostname, port or default, parts.username or "", parts.password or "", encryption)
