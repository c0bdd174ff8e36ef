"""Single sign-on against a small provider on this machine: who is let in, by what, and what they then have."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import pytest

from sodu.entrances.single_sign_on import providers
from sodu.people.accounts.models import Role, User
from sodu.people.audit.models import Event
from sodu.people.tenants import invitations
from sodu.people.tenants.invitations import Invited
from sodu.values.errors import WrongUsage
from tests.portal.homes import Portal


class Provider:
    """An OpenID provider: says who signs in, and keeps what it was asked."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.challenge = ""
        self.problems: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, provider.got(self.path))

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.answer(self, provider.token(dict(parse_qsl(sent))))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @staticmethod
    def answer(handler: BaseHTTPRequestHandler, content: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        handler.wfile.write(json.dumps(content).encode())

    def got(self, path: str) -> dict[str, Any]:
        if path == "/userinfo":
            return {name: value for name, value in self.claims.items() if name != "amr"}
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        found = {f"{name}_endpoint": f"{self.url}/{place}" for name, place in places.items()}
        return found | {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}

    def token(self, sent: dict[str, str]) -> dict[str, Any]:
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
            self.problems.append("the verifier is not that of the challenge")
        now = int(time.time())
        said = {"iss": self.url, "aud": "sodu", "iat": now, "exp": now + 60} | self.claims
        token = jwt.encode(said, "a key that nobody checks behind TLS", "HS256")
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    made = Provider()
    table = {"kind": "openid_connect", "id": "idp", "name": "Example ID", "client_id": "sodu", "secret": "s"}
    settings.SOCIALACCOUNT_PROVIDERS = providers((table | {"server_url": made.url},), Path())
    yield made
    made.close()
    assert not made.problems


def come(portal: Portal, provider: Provider, email: str, *, verified: bool = True, **more: Any) -> Any:
    """Press the button, sign in at the provider, and come back."""
    provider.claims = {"sub": f"id of {email}", "email": email, "email_verified": verified} | more
    anyone = portal.anyone()
    assert "Continue with Example ID" in anyone.get("/accounts/login/").content.decode()
    page = anyone.post("/accounts/oidc/idp/login/?process=login")
    place = urlsplit(page.context["redirect_to"])
    asked = {name: values[0] for name, values in parse_qs(place.query).items()}
    assert f"{place.scheme}://{place.netloc}" == provider.url
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver/accounts/oidc/idp/login/callback/"
    provider.challenge = asked["code_challenge"]
    anyone.answer = anyone.get("/accounts/oidc/idp/login/callback/", {"code": "c", "state": asked["state"]})
    return anyone


def test_who_is_there_comes_in_and_has_no_password_any_more(portal: Portal, provider: Provider) -> None:
    member = portal.person("partner_member", "P")
    member.set_password("a long sentence of mine")
    member.save()
    client = come(portal, provider, member.email)
    assert client.get("/settings").status_code == 200
    assert not User.objects.get(pk=member.pk).has_usable_password()
    assert client.get("/accounts/password/set/").status_code == 404
    assert Event.objects.filter(user=member, action="sign-in", object="idp").exists()
    assert come(portal, provider, member.email).get("/settings").status_code == 200


def test_who_is_invited_comes_in_as_invited(portal: Portal, provider: Provider) -> None:
    invitations.invite(portal.person("operator"), Invited("moi@p.example", Role.PARTNER_MEMBER, "P", ("C1",)))
    assert come(portal, provider, "moi@p.example").get("/settings").status_code == 200
    made = User.objects.get(email="moi@p.example")
    assert (made.role, made.partner_id, made.has_usable_password()) == (Role.PARTNER_MEMBER, "P", False)


@pytest.mark.parametrize("case", ["unknown", "unverified", "inactive"])
def test_others_do_not_come_in(portal: Portal, provider: Provider, case: str) -> None:
    member = portal.person("partner_member", "P")
    if case == "inactive":
        member.is_active = False
        member.save()
    email = "nobody@p.example" if case == "unknown" else member.email
    client = come(portal, provider, email, verified=case != "unverified")
    assert client.get("/settings").status_code == 302
    assert User.objects.count() == 1


def test_a_provider_vouches_for_its_own_domains_alone(portal: Portal, provider: Provider, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["domains"] = ["q.example"]
    assert come(portal, provider, portal.person("partner_member", "P").email).get("/settings").status_code == 302
    assert come(portal, provider, portal.person("partner_member", "Q").email).get("/settings").status_code == 200


def test_nobody_connects_a_providers_account_by_themselves(portal: Portal, provider: Provider) -> None:
    member = portal.as_("partner_member", "P")
    provider.claims = {"sub": "x", "email": "other@q.example", "email_verified": True}
    page = member.post("/accounts/oidc/idp/login/?process=connect")
    asked = dict(parse_qsl(urlsplit(page.context["redirect_to"]).query))
    provider.challenge = asked["code_challenge"]
    answer = member.get("/accounts/oidc/idp/login/callback/", {"code": "c", "state": asked["state"]})
    assert answer.status_code == 403
    assert member.get("/accounts/3rdparty/").status_code == 404


@pytest.mark.parametrize(("amr", "passes"), [(["pwd"], False), (["pwd", "otp"], True), (["mfa"], True), ([], False)])
def test_a_factor_that_the_provider_asked_counts(
    portal: Portal, provider: Provider, settings: Any, amr: list[str], passes: bool
) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, mfa_roles=("operator",))
    client = come(portal, provider, portal.person("operator").email, amr=amr)
    assert client.get("/settings").status_code == (200 if passes else 302)


def test_a_foreign_state_is_refused(portal: Portal, provider: Provider) -> None:
    answer = portal.anyone().get("/accounts/oidc/idp/login/callback/", {"code": "c", "state": "x"})
    assert answer.status_code == 401
    assert "did not sign you in" in answer.content.decode()


METADATA = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">
<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>MIIB</X509Certificate></X509Data></KeyInfo>
</KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>"""


def test_saml_says_who_it_is_and_leads_to_its_provider(portal: Portal, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "idp.xml").write_text(METADATA)
    table = {"kind": "saml", "id": "corp", "name": "Corp", "metadata": "idp.xml", "domains": ["p.example"]}
    settings.SOCIALACCOUNT_PROVIDERS = providers((table,), tmp_path)
    anyone = portal.anyone(headers={"host": "localhost"})
    said = anyone.get("/accounts/saml/corp/metadata/", HTTP_HOST="localhost")
    assert said.status_code == 200
    assert b"AssertionConsumerService" in said.content
    page = anyone.post("/accounts/saml/corp/login/?process=login", HTTP_HOST="localhost")
    assert page.context["redirect_to"].startswith("https://idp.example/sso?SAMLRequest=")
    assert anyone.post("/accounts/saml/corp/acs/", {"SAMLResponse": "x"}, HTTP_HOST="localhost").status_code == 302
    assert anyone.get("/accounts/saml/corp/acs/finish/", HTTP_HOST="localhost").status_code == 401


def test_metadata_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "idp.xml").write_text("<nothing/>")
    with pytest.raises(WrongUsage, match="no metadata"):
        providers(({"kind": "saml", "id": "x", "name": "x", "metadata": "idp.xml"},), tmp_path)
