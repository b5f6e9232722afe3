"""The operator's commands, as an operator sees them: exit codes and plain words."""

import json
import re
import socket

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from factories import NOON, an_edition
from sales import a_sale
from storefront import cli
from storefront.accounts.people import Account
from storefront.accounts.tokens import AccountToken
from storefront.catalog.drops import Drop
from storefront.catalog.editions import NumberPolicy
from storefront.ids import token_hash
from storefront.inventory.running import close
from storefront.ledger.chain import EntryKind, record
from storefront.ledger.documents import tell_part
from storefront.provenance import records
from storefront.provenance.daily_heads import find_heads, write_heads
from storefront.provenance.issuing import Issuer
from storefront.provenance.keys import Vault, list_keys


@pytest.fixture
def run(database_url, tmp_path):
    def command(*words, **changed):
        environ = {
            "STOREFRONT_ENV": "test",
            "STOREFRONT_VAR": str(tmp_path),
            "DATABASE_URL": database_url,
            "STRIPE_SECRET_KEY": "sk_test_1",
            "STRIPE_WEBHOOK_SECRET": "whsec_1",
            **changed,
        }
        return CliRunner().invoke(cli.main, words, env=environ)

    return command


COMMANDS = (["migrate"], ["check"], ["verify-ledger"])


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_settings_are_told_in_words(run, command):
    answer = run(*command, STRIPE_SECRET_KEY="sk_live_1", STRIPE_WEBHOOK_SECRET="")

    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 2
    assert "live keys are refused" in answer.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "url",
    ["postgresql://postgres@127.0.0.1:1/nowhere", "sqlite:////nowhere/at/all/shop.db"],
    ids=["postgresql", "sqlite"],
)
def test_a_database_that_does_not_answer_is_told_in_words(run, command, url):
    answer = run(*command, DATABASE_URL=url)

    assert answer.exit_code == 2
    assert answer.stderr.startswith("The database does not answer: ")


def test_a_dangerous_sqlite_is_told_in_words(run, monkeypatch, tmp_path):
    monkeypatch.setattr("pysqlite3.dbapi2.sqlite_version_info", (3, 51, 2))

    answer = run("check", DATABASE_URL=f"sqlite:///{tmp_path / 'other.db'}")

    assert answer.exit_code == 2
    assert "has the WAL-reset bug" in answer.stderr


@pytest.mark.parametrize("command", [["check"], ["verify-ledger"]])
def test_a_database_without_tables_has_to_be_migrated_first(run, command, tmp_path):
    answer = run(*command, DATABASE_URL=f"sqlite:///{tmp_path / 'empty.db'}")

    assert answer.exit_code == 2
    assert "run `storefront migrate` first" in answer.stderr


def test_migrate_makes_the_tables_and_may_be_run_again(run, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"

    answers = [run("migrate", DATABASE_URL=url) for _ in range(2)]

    assert [answer.exit_code for answer in answers] == [0, 0]
    assert run("check", DATABASE_URL=url).exit_code == 0


def test_check_says_that_a_sound_shop_is_sound(run, database):
    with database.transaction() as session:
        a_sale(session)

    answer = run("check")

    assert answer.exit_code == 0
    assert "hold." in answer.stdout.splitlines()[-1]


def test_check_names_what_does_not_add_up_and_fails(run, database):
    with database.transaction() as session:
        a_sale(session)
        session.execute(text("UPDATE piece SET state = 'sold' WHERE number = 9"))

    answer = run("check")

    assert answer.exit_code == 1
    assert "I1b   BROKEN (1)" in answer.stdout
    assert "state=sold" in answer.stdout


def test_check_speaks_json_to_machines(run, database):
    with database.transaction() as session:
        a_sale(session)
        session.execute(text("UPDATE payment SET refunded_minor = 1"))

    answer = run("check", "--json")

    found = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert found["holds"] is False
    assert [one["id"] for one in found["invariants"] if not one["holds"]] == ["I3c"]


def test_verify_ledger_reads_every_edition_or_one(run, database):
    with database.transaction() as session:
        refs = sorted(an_edition(session).ref for _ in range(2))

    everything, one = run("verify-ledger"), run("verify-ledger", refs[0])

    assert (everything.exit_code, one.exit_code) == (0, 0)
    assert everything.stdout.splitlines() == [f"{ref}: every link holds" for ref in refs]
    assert one.stdout.splitlines() == [f"{refs[0]}: every link holds"]


def test_verify_ledger_says_how_it_stands_with_a_seal(run, database):
    with database.transaction() as session:
        editions = [an_edition(session, policy=NumberPolicy.SEALED) for _ in range(2)]
        close(session, session.get_one(Drop, editions[0].drop_id), at=NOON)
    told = {
        editions[0].ref: "every link holds; the secret fits the seal, and the numbers were handed out in its order",
        editions[1].ref: f"every link holds; sealed as {editions[1].seed_hash[:12]}…, until its drop has closed",
    }

    answer = run("verify-ledger")

    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [f"{ref}: {told[ref]}" for ref in sorted(told)]


def test_verify_ledger_says_that_another_order_was_kept_than_the_sealed_one(run, database):
    with database.transaction() as session:
        edition = an_edition(session, policy=NumberPolicy.SEALED)
        # Who can write into the database can write a chain that fits; the seal they published does not follow.
        record(session, edition.ref, EntryKind.SEED_REVEALED, {"seed": "another"}, at=NOON)

    answer = run("verify-ledger")

    assert answer.exit_code == 1
    assert "the secret that was published is not the one that was sealed" in answer.stdout


def test_verify_ledger_says_which_entry_is_wrong_and_fails(run, database):
    with database.transaction() as session:
        edition = an_edition(session)
        session.execute(text("UPDATE ledger_head SET seq = 7"))

    answer = run("verify-ledger")

    assert answer.exit_code == 1
    assert answer.stdout == f"{edition.ref}: entry 1 the head does not match the last entry\n"


def test_verify_ledger_does_not_know_every_edition(run):
    answer = run("verify-ledger", "moth-2026")

    assert answer.exit_code == 2
    assert "no ledger of an edition called moth-2026" in answer.stderr


def test_a_shop_without_editions_has_no_ledger_to_verify(run):
    assert "there is no ledger" in run("verify-ledger").stdout


def test_an_admin_is_made_and_given_a_link_that_works_once(run, database):
    answer = run("create-admin", "Ada@example.org", BASE_URL="https://shop.example.org")

    token = re.search(r"https://shop\.example\.org/reset/(\S+)", answer.stdout)[1]
    with database.reading() as session:
        account = session.query(Account).one()
        hashes = [row.token_hash for row in session.query(AccountToken)]
    assert answer.exit_code == 0
    assert (account.email, account.is_admin) == ("Ada@example.org", True)
    assert hashes == [token_hash(token)]


def test_an_admin_needs_an_address_that_mail_could_reach(run):
    answer = run("create-admin", "ada at home")

    assert answer.exit_code == 2
    assert answer.stderr.startswith("ada at home is no e-mail address: ")


@pytest.mark.parametrize("port", ["shop", "0", "-1", "65535", "99999999", "80 80", "٨٠٨٠"])
def test_a_port_there_is_not_is_told_in_words(run, port):
    answer = run("run", PORT=port)

    assert answer.exit_code == 2
    assert "a number from 1 to 65534" in answer.stderr


def test_a_port_that_somebody_listens_on_is_told_in_words(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = run("run", PORT=str(taken.getsockname()[1]))

    assert answer.exit_code == 2
    assert "is taken by another program" in answer.stderr


def test_a_certificate_is_verified_without_a_database(run, tmp_path):
    secret = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = secret.public_key().public_bytes_raw()
    record = {
        "title": "Luna",
        "artist": "Ines Varela",
        "key": records.key_id(public),
        "piece": {"kind": "numbered", "number": 39},
        "edition": {"size": 100, "proofs": 0},
    }
    document = records.written_out(record, records.sign(record, secret), public)
    good, changed, log = tmp_path / "good.json", tmp_path / "changed.json", tmp_path / "keys.json"
    good.write_text(document)
    changed.write_text(document.replace("39", "1"))
    log.write_text(json.dumps({"keys": [{"public_key": json.loads(document)["public_key"]}]}))

    said = run("verify", str(good), "--keys", str(log), DATABASE_URL="")
    assert (said.exit_code, said.output) == (
        0,
        "Genuine: Luna by Ines Varela, numbered 39/100, signed by a key of the shop.\n",
    )
    refused = run("verify", str(changed))
    assert refused.exit_code == 1
    assert "changed after it was signed" in refused.output
    log.write_text('{"keys": []}')
    assert run("verify", str(good), "--keys", str(log)).exit_code == 1
    log.write_text("[]")
    assert run("verify", str(good), "--keys", str(log)).exit_code == 2


def test_a_downloaded_ledger_is_verified_without_a_database(run, session, tmp_path):
    edition = an_edition(session)
    a_sale(session, edition)
    write_heads(session, Issuer("Vitrine", Vault(["a secret"])), at=NOON)
    told = json.dumps(tell_part(session, edition.ref, after=0, silent=False))
    good, changed, heads = tmp_path / "good.json", tmp_path / "changed.json", tmp_path / "heads.json"
    good.write_text(told)
    changed.write_text(told.replace('"number": 1', '"number": 2'))
    heads.write_text(find_heads(session).document)

    said = run("verify-ledger", "--file", str(good), "--heads", str(heads), DATABASE_URL="")
    assert said.exit_code == 0
    assert "every link holds, 2 entries" in said.output
    assert "It passes the head that was signed on 2026-06-01, entry 2." in said.output
    refused = run("verify-ledger", "--file", str(changed))
    assert refused.exit_code == 1
    assert "Entry 2 does not follow" in refused.output
    assert run("verify-ledger", "--file", str(good), "--heads", str(good)).exit_code == 1
    assert "Genuine: the heads of 1 ledgers" in run("verify", str(heads)).output


def test_a_new_key_signs_from_now_on(run, database):
    assert run("migrate").exit_code == 0
    first, second = run("rotate-key"), run("rotate-key")
    assert first.exit_code == second.exit_code == 0
    assert first.output != second.output
    with database.reading() as session:
        assert [key.retired_at is None for key in list_keys(session)] == [False, True]
