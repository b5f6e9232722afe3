"""The operator's commands."""

import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import NoReturn, TextIO

import click
from sqlalchemy.exc import OperationalError

from storefront.config import Settings, SettingsInvalid, read_settings
from storefront.db import Database, UnsafeSQLite


class _Commands(click.Group):
    """`press` lives in a module of its own: it loads the whole press, which no other command needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "press"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "press":
            from storefront.press_command import press  # noqa: PLC0415  only when asked for

            return press
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands)
def main() -> None:
    """Vitrine, a shop for numbered editions of enamel pins."""


def settings_or_exit() -> Settings:
    """The settings, or one plain list of what is wrong with them and exit code 2."""
    try:
        return read_settings(os.environ)
    except SettingsInvalid as invalid:
        _give_up(*invalid.problems)


@contextmanager
def database_or_exit(*, current: bool = True) -> Generator[Database]:
    """The database, with its tables up to date if so asked; otherwise one plain sentence and exit code 2."""
    from storefront import migrate as migrations  # noqa: PLC0415  loads Alembic, which web processes do not need

    settings = settings_or_exit()
    settings.var.mkdir(parents=True, exist_ok=True)
    try:
        database = Database(settings.database_url)
        try:
            if current and not migrations.is_current(database.engine):
                _give_up("The database's tables are not up to date: run `storefront migrate` first.")
            yield database
        finally:
            database.dispose()
    except UnsafeSQLite as unsafe:
        _give_up(f"{unsafe}.")
    except OperationalError as error:
        _give_up(f"The database does not answer: {str(error.orig).splitlines()[0]}")


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from storefront import migrate as migrations  # noqa: PLC0415  only this command loads Alembic

    with database_or_exit(current=False) as database:
        migrations.upgrade(database.engine)
    click.echo("The database is up to date.")


@main.command()
@click.option("--json", "for_machines", is_flag=True, help="Print JSON instead of a table.")
def check(*, for_machines: bool) -> None:
    """Ask the database whether everything adds up. Exit code 1 when something does not."""
    from storefront.clock import SystemClock  # noqa: PLC0415  the checks load every model
    from storefront.invariants import checking, report  # noqa: PLC0415  as above

    with database_or_exit() as database, database.reading() as session:
        findings = [*checking.check_all(session, at=SystemClock().now()), checking.check_ledgers(session)]
    click.echo(report.as_json(findings) if for_machines else report.as_table(findings))
    sys.exit(0 if all(finding.holds for finding in findings) else 1)


@main.command()
@click.argument("edition_ref", required=False)
@click.option(
    "--file", "parts", type=click.File("r", encoding="utf-8"), multiple=True, help="A downloaded ledger.json."
)
@click.option(
    "--heads", type=click.File("r", encoding="utf-8"), help="With --file: a day's heads.json the chain must pass."
)
def verify_ledger(edition_ref: str | None, parts: tuple[TextIO, ...], heads: TextIO | None) -> None:
    """Compute every entry of one edition's ledger anew, or of all, and the order of sealed numbers. Exit code 1 when one
    does not add up. With --file a downloaded ledger, without the shop; a long one is several files, in their order.
    """
    if parts:
        _verify_parts([part.read() for part in parts], heads.read() if heads else None)
        return
    from storefront.inventory import sealing  # noqa: PLC0415  only this command reads ledgers
    from storefront.ledger import chain  # noqa: PLC0415  as above

    with database_or_exit() as database, database.reading() as session:
        known = chain.list_chains(session)
        if edition_ref is not None and edition_ref not in known:
            _give_up(f"There is no ledger of an edition called {edition_ref}.")
        wanted = known if edition_ref is None else [edition_ref]
        sound = True
        for ref in wanted:
            found = chain.verify(session, ref)
            said = ["every link holds" if found is None else f"entry {found.seq} {found.reason}"]
            if found is None:
                try:
                    said += filter(None, [sealing.check_seal(session, ref)])
                except sealing.SealBroken as broken:
                    said, sound = [*said, str(broken)], False
            sound = sound and found is None
            click.echo(f"{ref}: {'; '.join(said)}")
    if not wanted:
        click.echo("No edition has been announced yet: there is no ledger.")
    sys.exit(0 if sound else 1)


def _verify_parts(parts: list[str], heads: str | None) -> None:
    from storefront.ledger import documents  # noqa: PLC0415  only this command reads ledgers
    from storefront.provenance import records  # noqa: PLC0415  as above

    try:
        checked = documents.check_parts(parts)
        known = None if heads is None else records.check_document(heads)
        passed = None if known is None else documents.check_heads(checked, known)
    except (documents.NotAChain, records.NotGenuine) as broken:
        click.echo(f"It does not add up. {broken}", err=True)
        sys.exit(1)
    except (KeyError, TypeError, AttributeError):
        _give_up("The heads are none of a day: they are the JSON under /ledger/heads.json.")
    click.echo(f"{checked.edition}: every link holds, {checked.seq} entries, up to {checked.hash}")
    if checked.is_sealed:
        click.echo("Its numbers are still sealed: the entries that name them follow.")
    if known is not None:
        day = known["day"]
        click.echo(
            f"The heads of {day} do not name it."
            if passed is None
            else f"It passes the head that was signed on {day}, entry {passed}."
        )


@main.command()
@click.argument("record", type=click.File("r", encoding="utf-8"))
@click.option("--keys", "log", type=click.File("r", encoding="utf-8"), help="The shop's key log, keys.json.")
def verify(record: TextIO, log: TextIO | None) -> None:
    """Check a certificate's signed record, without the shop. Exit code 1 when it is not genuine."""
    from storefront.provenance import records  # noqa: PLC0415  only this command reads them

    try:
        known = None if log is None else [key["public_key"] for key in json.load(log)["keys"]]
    except (ValueError, KeyError, TypeError):
        _give_up("The key log is no key log of a shop: it is the JSON under /keys.json.")
    try:
        said = records.check_document(record.read(), known)
    except (records.NotGenuine, UnicodeDecodeError) as fake:
        click.echo(f"Not genuine. {fake}", err=True)
        sys.exit(1)
    signer = "a key of the shop" if log else f"key {said['key']}; give --keys to check whose it is"
    if "heads" in said:
        click.echo(f"Genuine: the heads of {len(said['heads'])} ledgers on {said['day']}, signed by {signer}.")
        return
    try:
        piece, edition = said["piece"], said["edition"]
        number = f"{piece['number']}/{edition['proofs' if piece['kind'] == 'proof' else 'size']}"
        click.echo(f"Genuine: {said['title']} by {said['artist']}, {piece['kind']} {number}, signed by {signer}.")
    except (KeyError, TypeError):
        _give_up("The signature fits, but the record is none of a certificate.")


@main.command()
def rotate_key() -> None:
    """Sign certificates with a new key from now on; what older keys signed stays genuine."""
    from storefront.clock import SystemClock  # noqa: PLC0415  only this command makes keys
    from storefront.provenance import keys  # noqa: PLC0415  as above

    settings = settings_or_exit()
    vault = keys.Vault((settings.secret_key, *settings.secret_key_fallbacks))
    with database_or_exit() as database, database.transaction() as session:
        made = keys.rotate(session, vault, at=SystemClock().now())
        click.echo(f"Certificates are signed with key {made.key_id} from now on.")


@main.command()
@click.argument("email")
def create_admin(email: str) -> None:
    """Let the person with this address run the shop, and print the link by which they set their password."""
    from storefront.accounts import addresses, admins  # noqa: PLC0415  only this command knows accounts
    from storefront.clock import SystemClock  # noqa: PLC0415  as above

    settings = settings_or_exit()
    try:
        address = addresses.check_address(email)
    except addresses.BadAddress as bad:
        _give_up(f"{email} is no e-mail address: {bad}")
    with database_or_exit() as database, database.transaction() as session:
        token = admins.create_admin(
            session,
            email=address,
            email_key=addresses.email_key(settings.address_key.encode(), address),
            token_key=settings.secret_key.encode(),
            at=SystemClock().now(),
        )
    click.echo(f"{address} runs the shop. To set the password, open {settings.base_url}/reset/{token}")


@main.command()
def run() -> None:
    """The whole shop on this machine, with its demo, until Ctrl-C."""
    from storefront.supervisor import PortUnusable, run_everything  # noqa: PLC0415  only this command supervises

    try:
        sys.exit(run_everything())
    except PortUnusable as unusable:
        _give_up(str(unusable))


@main.command()
def worker() -> None:
    """The clock and the long work, until told to stop."""
    from storefront.worker import work  # noqa: PLC0415  loads the whole shop

    with database_or_exit():
        work(settings_or_exit())


@main.command()
def load_demo() -> None:
    """Fill an empty shop with the demo: invented artists, their pins, drops and sales."""
    from storefront.clock import SystemClock  # noqa: PLC0415  the demo loads every model
    from storefront.demo.loading import load_demo as load  # noqa: PLC0415  as above

    settings = settings_or_exit()
    if settings.is_production:
        _give_up("The demo is not loaded into a shop that is open for real.")
    with database_or_exit():
        load(settings, at=SystemClock().now(), say=click.echo)


def _give_up(*sentences: str) -> NoReturn:
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
