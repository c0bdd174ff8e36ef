"""What keeps sessions, cookies, secrets and answers safe, as a portal behind https has it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.contrib.auth.hashers import make_password

from sodu.entrances.configuration import Configuration
from sodu.entrances.web.logs import set_up
from sodu.values.errors import WrongUsage
from sodu.values.limits import SESSION_IDLE_SECONDS, SESSION_SECONDS_MAX
from tests.portal.homes import Portal

PASSWORD = "a long sentence of mine"  # noqa: S105
NAMES = """SESSION_COOKIE_NAME SESSION_COOKIE_SECURE SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE CSRF_COOKIE_NAME
CSRF_COOKIE_SECURE CSRF_COOKIE_HTTPONLY CSRF_COOKIE_SAMESITE LANGUAGE_COOKIE_SECURE SECURE_HSTS_SECONDS
SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_CONTENT_TYPE_NOSNIFF SECURE_REFERRER_POLICY X_FRAME_OPTIONS DEBUG ALLOWED_HOSTS
SESSION_EXPIRE_AT_BROWSER_CLOSE MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN""".split()


def test_behind_https(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SODU_")}
    source = Path(__file__).resolve().parents[2] / "src"
    told = f"from sodu.entrances import settings as s; import json; print(json.dumps({{n: getattr(s, n) for n in {NAMES!r}}}))"
    given = {"SODU_HOME": str(tmp_path), "SODU_URL": "https://reports.example.com", "PYTHONPATH": str(source)}
    done = subprocess.run([sys.executable, "-c", told], env=clean | given, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == ("__Host-sid", "__Host-csrf")
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"):
        assert found[name] is True, name
    assert found["CSRF_COOKIE_HTTPONLY"] is found["SECURE_CONTENT_TYPE_NOSNIFF"] is True
    assert found["SESSION_COOKIE_SAMESITE"] == found["CSRF_COOKIE_SAMESITE"] == "Lax"
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is found["SESSION_EXPIRE_AT_BROWSER_CLOSE"] is True
    assert found["DEBUG"] is found["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    assert found["ALLOWED_HOSTS"] == ["reports.example.com"]


@pytest.mark.parametrize("place", ["/accounts/login/", "/settings", "/nowhere", "/people", "/audit.csv", "/healthz"])
def test_every_answer_is_kept_out_of_caches_and_frames(portal: Portal, place: str) -> None:
    answer = portal.as_("operator").get(place, follow=True)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_changes_need_the_forms_key(portal: Portal) -> None:
    client = portal.anyone(enforce_csrf_checks=True)
    client.force_login(portal.person("operator"), backend="allauth.account.auth_backends.AuthenticationBackend")
    for place in ("/people/invite", "/settings", "/settings/tokens", "/language", "/accounts/logout/"):
        assert client.post(place, {}).status_code == 403, place


def test_a_session_ends_when_left_alone_and_when_old(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    for seconds, steps in ((SESSION_IDLE_SECONDS + 1, 1), (SESSION_IDLE_SECONDS - 60, 26)):
        client, now = portal.as_("partner_member", "P"), time.time()
        assert client.get("/settings").status_code == 200
        for step in range(1, steps + 1):
            monkeypatch.setattr(time, "time", lambda then=now + step * seconds: then)
            answer = client.get("/settings")
            is_over = seconds > SESSION_IDLE_SECONDS or step * seconds > SESSION_SECONDS_MAX
            assert answer.status_code == (302 if is_over else 200), step
            if is_over:
                break
        assert is_over
        monkeypatch.undo()
        monkeypatch.setenv("SODU_NOW", "2026-11-20T02:00:00Z")


def test_a_changed_password_ends_other_sessions(portal: Portal) -> None:
    member = portal.person("partner_member", "P")
    member.set_password(PASSWORD)
    member.save()
    here, there = portal.as_("partner_member", "P"), portal.as_("partner_member", "P")
    key = here.session.session_key
    sent = {"oldpassword": PASSWORD, "password1": "another sentence of mine", "password2": "another sentence of mine"}
    assert here.post("/accounts/password/change/", sent).status_code == 302
    assert here.get("/settings").status_code == 200
    assert here.session.session_key != key
    assert there.get("/settings").status_code == 302


def test_signing_in_begins_a_new_session(portal: Portal) -> None:
    member = portal.person("partner_member", "P")
    member.set_password(PASSWORD)
    member.save()
    client = portal.anyone()
    client.post("/accounts/login/", {"login": "x@p.example", "password": "wrong"})
    before = client.session.session_key
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert client.session.session_key != before


def test_passwords_are_hashed_by_argon2id() -> None:
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert make_password("x", hasher="argon2").startswith("argon2$argon2id$")


@pytest.mark.parametrize("key", ["short", "x" * 60, "django-insecure", "0123456789" * 4])
def test_weak_keys_are_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(WrongUsage, match="SODU_SECRET_KEY"):
        Configuration.read(tmp_path, {"SODU_SECRET_KEY": key})


def test_the_homes_own_key_is_drawn_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = (Configuration.read(tmp_path, {}).secret_key for _ in range(2))
    assert first == second
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_logs_tell_no_values_of_variables_and_no_secrets_of_links(portal: Portal, capsys: Any) -> None:
    for style in ("json", "text"):
        structlog.reset_defaults()
        set_up(style)
        try:
            canary = "canary-" + style
            int("no number" * bool(canary))
        except ValueError:
            logging.getLogger("x").exception("went wrong")
    portal.anyone().get("/join/a-secret-of-a-link")
    said = capsys.readouterr().err
    assert "went wrong" in said
    assert "canary-json" not in said
    assert "canary-text" not in said
    assert "a-secret-of-a-link" not in said
