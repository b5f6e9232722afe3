"""Settings: each wrong one is told by its own sentence, and all of them at once."""

import re
from pathlib import Path

import pytest

from storefront import config, paths
from storefront.config import Bucket, SettingsInvalid, read_settings
from storefront.pinart.limits import Limits

DEMO = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}
PRODUCTION = {
    **DEMO,
    "STOREFRONT_ENV": "production",
    "BASE_URL": "https://shop.example.org",
    "SECRET_KEY": "s" * 32,
    "ADDRESS_KEY": "a" * 32,
    "SMTP_URL": "smtp://127.0.0.1",
    "TRUSTED_PROXIES": "1",
}
BUCKET = {
    "STORAGE_BUCKET": "vitrine",
    "STORAGE_ENDPOINT": "https://s3.example.org",
    "STORAGE_KEY_ID": "a key",
    "STORAGE_SECRET": "zzzz",
}
NAMED = {"PRESS_LIMITS_SOURCE": "our maker's guidelines"}
STAND_IN = "http://127.0.0.1:12111"


def problems(environ):
    with pytest.raises(SettingsInvalid) as refusal:
        read_settings(environ)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"STOREFRONT_ENV": "live"}, "STOREFRONT_ENV is 'live'; it is one of demo, production, test."),
        ({"STRIPE_SECRET_KEY": "sk_live_1"}, "live keys are refused"),
        ({"STRIPE_SECRET_KEY": "rk_live_1"}, "live keys are refused"),
        ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY must be a test key"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is empty"),
        ({"STRIPE_WEBHOOK_SECRET": " , "}, "STRIPE_WEBHOOK_SECRET is empty"),
        ({"STRIPE_API_BASE": "https://api.stripe.example"}, "STRIPE_API_BASE must be an address on this machine"),
        ({"STRIPE_API_BASE": "http://10.0.0.5:12111"}, "STRIPE_API_BASE must be an address on this machine"),
        ({"STRIPE_API_BASE": "http://127.0.0.1.example.org"}, "STRIPE_API_BASE must be an address on this machine"),
        ({"DATABASE_URL": "mysql://localhost/shop"}, "DATABASE_URL must begin with sqlite:/// or postgresql://."),
        ({"BASE_URL": "shop.example.org"}, "BASE_URL must begin with http:// or https://."),
        ({"BASE_URL": "https://example.org/shop"}, "the shop has a host to itself"),
        ({"HUEY_URL": "sqlite:///queue.db"}, "HUEY_URL must begin with postgresql:// or redis://"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES is the number of proxies"),
        ({"TRUSTED_PROXIES": "two"}, "TRUSTED_PROXIES is the number of proxies"),
        ({"DATABASE_POOL": "8"}, "DATABASE_POOL is the number of connections"),
        ({"DATABASE_POOL": "many"}, "DATABASE_POOL is the number of connections"),
        ({"FAILPOINT": "F4:sink"}, "FAILPOINT is 'F4:sink'; it is like F4:kill9"),
        ({"FAILPOINT": "F99:kill9"}, "FAILPOINT is 'F99:kill9'"),
        ({"MEDIA_URL": "media.example.org"}, "MEDIA_URL is like https://media.example.org"),
        ({"MEDIA_URL": "http://media.example.org"}, "MEDIA_URL is like https://media.example.org"),
        ({"PRESS_LIMITS": "lines=0.2", **NAMED}, "'lines=0.2' should be like line=0.2, with one of line, cell, gap"),
        ({"PRESS_LIMITS": "line=thin", **NAMED}, "line=thin should be a number from 0.02 to 5."),
        ({"PRESS_LIMITS": "line=1e-1", **NAMED}, "line=1e-1 should be a number"),
        ({"PRESS_LIMITS": "line=0", **NAMED}, "line=0 should be a number from 0.02 to 5."),
        ({"PRESS_LIMITS": "holes=2.5", **NAMED}, "holes=2.5 should be a whole number from 0 to 1000."),
        ({"PRESS_LIMITS": "line=0.2 line=0.3", **NAMED}, "line is set twice."),
        ({"PRESS_LIMITS": "longest=20, shortest=20", **NAMED}, "the shortest side, 20, must be less than the longest"),
        ({"PRESS_LIMITS": "line=0.2"}, "the figures and where they come from are set together"),
        ({**NAMED}, "the figures and where they come from are set together"),
        ({**BUCKET, "STORAGE_BUCKET": ""}, "STORAGE_BUCKET is empty while other settings of the bucket are not."),
        ({**BUCKET, "STORAGE_SECRET": ""}, "STORAGE_KEY_ID and STORAGE_SECRET are the bucket's keys"),
        ({**BUCKET, "STORAGE_ENDPOINT": "http://s3.example.org"}, "plain http only on this machine"),
        ({**BUCKET, "STORAGE_ENDPOINT": "https://s3.example.org/vitrine"}, "STORAGE_ENDPOINT is the service's address"),
    ],
)
def test_any_shop_refuses(changed, sentence):
    (problem,) = problems({**DEMO, **changed})

    assert sentence in problem


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY needs 32 characters or more of your own in production."),
        ({"SECRET_KEY": "s" * 31}, "SECRET_KEY needs 32 characters or more of your own in production."),
        ({"SECRET_KEY": "demo-secret-key-not-for-production"}, "SECRET_KEY needs 32 characters or more of your own"),
        ({"ADDRESS_KEY": ""}, "ADDRESS_KEY needs 32 characters or more in production, and must never change."),
        ({"ADDRESS_KEY": "a" * 31}, "ADDRESS_KEY needs 32 characters or more in production"),
        ({"BASE_URL": "http://shop.example.org"}, "BASE_URL must begin with https:// in production."),
        ({"STRIPE_API_BASE": STAND_IN}, "STRIPE_API_BASE names the stand-in; production speaks to Stripe."),
        ({"SMTP_URL": ""}, "SMTP_URL is empty: buyers would never get their mail."),
        ({"TRUSTED_PROXIES": ""}, "production has to say it"),
        ({"FAILPOINT": "F4:kill9"}, "it is for tests, never for production"),
    ],
)
def test_production_refuses(changed, sentence):
    (problem,) = problems({**PRODUCTION, **changed})

    assert sentence in problem


def test_every_problem_is_told_at_once():
    told = problems({"STOREFRONT_ENV": "production", "STRIPE_SECRET_KEY": "sk_live_1"})

    assert [problem.split()[0] for problem in told] == [
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "TRUSTED_PROXIES",
        "SECRET_KEY",
        "ADDRESS_KEY",
        "BASE_URL",
        "SMTP_URL",
    ]


def test_a_demo_needs_only_stripes_two_secrets(tmp_path):
    settings = read_settings({**DEMO, "STOREFRONT_VAR": str(tmp_path), "PORT": "8123"})

    assert settings.is_demo
    assert settings.database_url == f"sqlite:///{tmp_path / 'vitrine.db'}"
    assert settings.base_url == "http://127.0.0.1:8123"


def test_a_complete_production_starts():
    assert read_settings(PRODUCTION).is_production


def test_the_pay_page_is_the_stand_ins_while_there_is_one():
    settings = read_settings({**DEMO, "STRIPE_API_BASE": STAND_IN})

    assert settings.checkout_origin == STAND_IN
    assert read_settings(DEMO).checkout_origin == "https://checkout.stripe.com"


def test_several_webhook_secrets_are_known_while_one_replaces_another():
    settings = read_settings({**DEMO, "STRIPE_WEBHOOK_SECRET": "whsec_new, whsec_old"})

    assert settings.stripe_webhook_secrets == ("whsec_new", "whsec_old")


def test_pictures_lie_in_folders_unless_a_bucket_is_named():
    assert read_settings(DEMO).bucket is None
    assert read_settings({**DEMO, **BUCKET}).bucket == Bucket(
        "vitrine", "https://s3.example.org", "us-east-1", "a key", "zzzz"
    )


def test_a_makers_own_limits_stand_beside_the_shops():
    limits = read_settings({**DEMO, **NAMED, "PRESS_LIMITS": "line=0.2, holes=4"}).press_limits

    assert (limits.line, limits.holes, limits.cell) == (0.2, 4, Limits().cell)
    assert (limits.source_of("holes"), limits.source_of("cell")) == ("our maker's guidelines", "")


def test_settings_do_not_show_their_secrets_when_printed():
    settings = read_settings({**PRODUCTION, **BUCKET, "DATABASE_URL": "postgresql://shop@127.0.0.1/shop"})

    assert not re.search(r"s{32}|z{4}|a{32}|sk_test|whsec|smtp:", repr(settings))


def test_the_example_file_explains_every_setting_and_no_other():
    explained = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", (paths.ROOT / ".env.example").read_text(), re.MULTILINE))

    assert explained == settings_of("config.py") | settings_of("gunicorn.py")


def settings_of(module):
    source = (Path(config.__file__).parent / module).read_text()
    return set(re.findall(r"""environ\.get\(['"]([A-Z_]+)['"]""", source))


def test_the_example_files_values_are_the_defaults():
    lines = re.findall(r"^([A-Z][A-Z_]+)=(.*)$", (paths.ROOT / ".env.example").read_text(), re.MULTILINE)

    assert read_settings({**dict(lines), **DEMO}) == read_settings(DEMO)


def test_the_shops_address_is_written_as_browsers_write_it():
    assert read_settings({**PRODUCTION, "BASE_URL": "https://Shop.Example.org/"}).base_url == "https://shop.example.org"
