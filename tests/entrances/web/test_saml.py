"""SAML against an identity provider made here: its key is drawn for the test, and its assertions are really signed."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Signing

from sodu.entrances.single_sign_on import providers
from sodu.people.accounts.models import User
from sodu.people.audit.models import Event
from tests.portal.homes import Portal

IDP = "https://idp.example"
EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
METADATA = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{idp}">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">
<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data>
</KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
Location="{idp}/sso"/></IDPSSODescriptor></EntityDescriptor>"""
ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a{id}" Version="2.0"
IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer><saml:Subject><saml:NameID
Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{email}</saml:NameID><saml:SubjectConfirmation
Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{acs}"
InResponseTo="{asked}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{since}"
NotOnOrAfter="{until}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
</saml:Conditions><saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_s{id}"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="{claim}"
NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue>{email}</saml:AttributeValue>
</saml:Attribute></saml:AttributeStatement></saml:Assertion>"""
RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r{id}" Version="2.0"
IssueInstant="{now}" Destination="{acs}" InResponseTo="{asked}"><saml:Issuer
xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode
Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>"""


@dataclass(frozen=True)
class Key:
    """A key with the certificate that names it."""

    private: str
    certificate: str

    @property
    def bare(self) -> str:
        """The certificate without its first and last line."""
        return "".join(self.certificate.splitlines()[1:-1])


def drawn() -> Key:
    """A key of this test's own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Key(private.decode(), made.public_bytes(serialization.Encoding.PEM).decode())


@pytest.fixture(scope="module")
def key() -> Key:
    """The identity provider's key."""
    return drawn()


@pytest.fixture
def asked(portal: Portal, settings: Any, tmp_path: Path, key: Key) -> tuple[Any, dict[str, str]]:
    """A browser that was led to the provider, and what the portal asked there."""
    (tmp_path / "idp.xml").write_text(METADATA.format(idp=IDP, certificate=key.bare))
    table = {"kind": "saml", "id": "corp", "name": "Corp", "metadata": "idp.xml", "domains": ["p.example"]}
    settings.SOCIALACCOUNT_PROVIDERS = providers((table,), tmp_path)
    browser = portal.anyone(headers={"host": "localhost"})
    page = browser.post("/accounts/saml/corp/login/?process=login")
    place = urlsplit(page.context["redirect_to"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{IDP}/sso"
    words = {name: values[0] for name, values in parse_qs(place.query).items()}
    request = ET.fromstring(zlib.decompress(base64.b64decode(words["SAMLRequest"]), -15))
    issuer = request.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer") or ""
    return browser, {
        "asked": request.attrib["ID"],
        "acs": request.attrib["AssertionConsumerServiceURL"],
        "audience": issuer,
        "relay": words.get("RelayState", ""),
    }


def text_of(signed: str | bytes) -> str:
    """What was signed, as text."""
    return signed.decode() if isinstance(signed, bytes) else signed


def answered(browser: Any, words: dict[str, str], email: str, key: Key | None, **other: str) -> Any:
    """Come back with the provider's answer, signed with a key or not at all; the browser after it."""
    now = datetime.now(UTC)
    times = {
        name: f"{now + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
        for name, minutes in (("now", 0), ("since", -5), ("until", 5))
    }
    said = {"id": "1", "issuer": IDP, "email": email, "claim": EMAIL} | times | words | other
    assertion = ASSERTION.format(**said)
    if key:
        signed = Signing.add_sign(
            assertion, key.private, key.certificate, sign_algorithm=Names.RSA_SHA256, digest_algorithm=Names.SHA256
        )
        assertion = text_of(signed).removeprefix('<?xml version="1.0"?>').strip()
    document = RESPONSE.format(**said, assertion=assertion)
    sent = {"SAMLResponse": base64.b64encode(document.encode()).decode(), "RelayState": words["relay"]}
    browser.answer = browser.post("/accounts/saml/corp/acs/", sent, follow=True)
    return browser


def test_a_signed_assertion_signs_in_whom_it_names(portal: Portal, asked: tuple[Any, dict[str, str]], key: Key) -> None:
    member = portal.person("partner_member", "P")
    browser = answered(*asked, member.email, key)
    assert browser.get("/settings").status_code == 200
    assert browser.session["_auth_user_id"] == str(member.pk)
    assert not User.objects.get(pk=member.pk).has_usable_password()
    assert Event.objects.filter(user=member, action="sign-in", object="corp").exists()


REFUSED: dict[str, Callable[[Key], dict[str, Any]]] = {
    "without a signature": lambda key: {"key": None},
    "signed by another key": lambda key: {"key": drawn()},
    "asked by nobody": lambda key: {"key": key, "asked": "ONELOGIN_0"},
    "for another portal": lambda key: {"key": key, "audience": "https://other.example"},
    "sent to another place": lambda key: {"key": key, "acs": "https://other.example/acs"},
    "of another provider": lambda key: {"key": key, "issuer": "https://other.example"},
    "no longer valid": lambda key: {"key": key, "until": "2020-01-01T00:00:00Z"},
    "not yet valid": lambda key: {"key": key, "since": "2099-01-01T00:00:00Z"},
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_assertion_that_is_not_as_it_should_be_signs_nobody_in(
    portal: Portal, asked: tuple[Any, dict[str, str]], key: Key, case: str
) -> None:
    member = portal.person("partner_member", "P")
    browser, words = asked
    browser = answered(browser, words, member.email, **REFUSED[case](key))
    assert browser.get("/settings").status_code == 302
    assert "_auth_user_id" not in browser.session


def test_an_assertion_that_was_changed_after_it_was_signed_signs_nobody_in(
    portal: Portal, asked: tuple[Any, dict[str, str]], key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    member, admin = portal.person("partner_member", "P"), portal.person("partner_admin", "P")
    sign = Signing.add_sign

    def forging(*given: Any, **more: Any) -> str:
        return text_of(sign(*given, **more)).replace(member.email, admin.email)

    monkeypatch.setattr(Signing, "add_sign", forging)
    browser = answered(*asked, member.email, key)
    assert browser.get("/settings").status_code == 302


def test_an_assertion_is_for_the_browser_that_asked_for_it(
    portal: Portal, asked: tuple[Any, dict[str, str]], key: Key
) -> None:
    browser, words = asked
    member = portal.person("partner_member", "P")
    assert answered(browser, words, member.email, key).get("/settings").status_code == 200
    other = answered(portal.anyone(headers={"host": "localhost"}), words, member.email, key)
    assert other.get("/settings").status_code == 302


def test_an_address_of_another_domain_is_not_the_providers_to_vouch_for(
    portal: Portal, asked: tuple[Any, dict[str, str]], key: Key
) -> None:
    other = portal.person("partner_member", "Q")
    assert not other.email.endswith("@p.example")
    assert answered(*asked, other.email, key).get("/settings").status_code == 302
