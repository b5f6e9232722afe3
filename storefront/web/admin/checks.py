"""Checks: what an admin looks at first. Each is fine or not, says so in words, and leads to where one can look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, exists, func, select
from sqlalchemy.orm import Session

from storefront.extensions import services
from storefront.invariants.checking import check_all, check_ledgers
from storefront.inventory.wall import Wall
from storefront.jobs import LEASE
from storefront.leases import Lease
from storefront.orders.orders import Order, OrderState
from storefront.outbox.messages import MessageState, OutboxMessage
from storefront.payments.inbox import ProviderEvent
from storefront.payments.money_moved import Refund, RefundState
from storefront.web.health import clock_watch

_SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class Check:
    ok: bool
    text: str
    link: str | None = None


def standing_checks(session: Session, walls: Iterable[tuple[str, Wall]], *, at: datetime) -> list[Check]:
    """The cheap ones, in two queries however much the shop has sold."""
    return [*(_adds_up(title, wall) for title, wall in walls), _clock(), *_counted(session, at)]


def thorough_checks(session: Session, *, at: datetime) -> list[Check]:
    """Every invariant and every ledger entry: reads the whole shop, so only when asked for."""
    found: Sequence[Check] = [
        Check(finding.holds, _(finding.says) if finding.holds else _broken(finding.says, finding.count))
        for finding in [*check_all(session, at=at), check_ledgers(session)]
    ]
    return list(found)


def _broken(says: str, count: int) -> str:
    return str(ngettext("%(num)s exception to: %(rule)s", "%(num)s exceptions to: %(rule)s", count, rule=_(says)))


def _adds_up(title: str, wall: Wall) -> Check:
    total = wall.sold + wall.held + wall.free + wall.withheld + wall.void
    return Check(
        total == wall.size,
        _(
            "%(title)s: %(sold)s sold + %(held)s held + %(free)s free + %(rest)s not for sale = %(total)s",
            title=title,
            sold=wall.sold,
            held=wall.held,
            free=wall.free,
            rest=wall.withheld + wall.void,
            total=total,
        ),
    )


def _clock() -> Check:
    watch = clock_watch()
    right = watch.is_right(services())
    if services().database.is_sqlite:
        return Check(right, _("This machine's clock is the only one"))
    return Check(right, _("Clock drift %(ms)s ms", ms=round(watch.drift / timedelta(milliseconds=1))))


def _counted(session: Session, at: datetime) -> list[Check]:
    message, event = OutboxMessage, ProviderEvent
    dead, late, reviews, unheard, failed, orphaned, worker = session.execute(
        select(
            _count(message.id, message.state == MessageState.DEAD),
            _count(message.id, message.state == MessageState.PENDING, message.next_try_at <= at - _SOON),
            _count(Order.id, Order.state == OrderState.REVIEW),
            _count(event.id, event.handled_at.is_(None), event.received_at <= at - _SOON),
            _count(Refund.id, Refund.state == RefundState.FAILED),
            _count(Refund.id, Refund.number_returns.is_(False)),
            exists().where(Lease.name == LEASE, Lease.until > at),
        )
    ).one()
    return [
        Check(
            bool(worker),
            _("The worker is at its work") if worker else _("No worker is at work: nothing is sent or released"),
        ),
        _none(
            reviews,
            _("No payment needs a person"),
            ngettext("%(num)s payment needs a person", "%(num)s payments need a person", reviews),
            url_for("admin.orders.index", state="review"),
        ),
        _none(
            unheard,
            _("Every message of the payment provider is handled"),
            ngettext("%(num)s message of the provider waits", "%(num)s messages of the provider wait", unheard),
            url_for("admin.events.index", waiting="yes"),
        ),
        _none(
            failed,
            _("No refund failed"),
            ngettext("%(num)s refund failed", "%(num)s refunds failed", failed),
            url_for("admin.orders.index", refund="failed"),
        ),
        _none(
            orphaned,
            _("No money ever came without a piece"),
            ngettext(
                "%(num)s payment came without a piece and was sent back",
                "%(num)s payments came without a piece and were sent back",
                orphaned,
            ),
            url_for("admin.orders.index", state="cancelled"),
        ),
        _none(
            dead + late,
            _("All mail has left"),
            _("Mail: %(dead)s given up, %(late)s late", dead=dead, late=late),
            url_for("admin.mail.index", state="dead" if dead else "pending"),
        ),
    ]


def _count(column: SQLColumnExpression[Any], *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(column)).where(*where).scalar_subquery()


def _none(count: int, fine: str, otherwise: str, link: str) -> Check:
    return Check(ok=not count, text=otherwise if count else fine, link=link if count else None)
