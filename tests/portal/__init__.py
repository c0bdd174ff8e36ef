"""Tests of the portal as a whole, and how a test gets a portal of its own.

The fixtures stand in tests/conftest.py and may be asked for by any test:

- `portal`: a portal in this process, served from the session's home: the worked example's partner `P` (its accounts
  `P-own`, `C1` and `C2`, of October 2026) and an invented provider of other partners (`homes.DEMO_PARTNERS` are some),
  as known on 20 November 2026 (`homes.NOW`; SODU_NOW is set). `portal.home` and `portal.serving` are its parts. The
  portal's own database is a test's database: it is empty, but for who is asked for. The record is shared by all tests
  of a session: a test that loads takes `own_portal`.
- `portal.as_(role, partner="", accounts=())` is a Django test client that is signed in as a person of that role, made
  when first asked for; `.person` is the user. `portal.anyone()` is signed in as nobody.
- `portal.token(role, partner="", *, may_export=False)` is a bearer token's secret of that person.
- `own_portal(*paths)`: a portal over a home of the test's own with these files loaded.

Settings are read once a process, from a temporary home (tests/conftest.py): no second factor is asked for, mail goes
to `django.core.mail.outbox`, static files have their plain names. SODU_HOME itself is not left in the environment.
"""
