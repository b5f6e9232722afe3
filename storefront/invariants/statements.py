"""The invariants as questions to the database: each finds the rows that contradict it, so a sound shop answers nothing.

They read the tables and trust no code of the shop. The same words run on SQLite and PostgreSQL; `{number}` and `{kind}`
stand for reading a ledger entry's body, which the two databases spell differently. `:settled` is a minute ago: what
reached the provider and the database less than that before may still be on its way from one to the other.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """I9 (nothing acknowledged is lost) and I12 about answers to strangers are not questions to a database: tests ask those."""

    id: str
    says: str
    sql: str


INVARIANTS = (
    Invariant(
        "I1",
        "No number is owned twice.",
        """
        SELECT edition_id, number, kind AS what FROM piece GROUP BY edition_id, kind, number HAVING count(*) > 1
        UNION ALL
        SELECT p.edition_id, p.number, 'owners' FROM order_line l JOIN piece p ON p.id = l.piece_id
        WHERE l.state IN ('sold', 'refunding') GROUP BY p.edition_id, p.number, p.id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "I1b",
        "A piece is sold exactly when one order line and one hold say so.",
        """
        SELECT id AS piece_id, state, lines, holds FROM (
            SELECT p.id, p.state,
                (SELECT count(*) FROM order_line l WHERE l.piece_id = p.id AND l.state IN ('sold', 'refunding')) AS lines,
                (SELECT count(*) FROM hold h WHERE h.piece_id = p.id AND h.state = 'sold') AS holds
            FROM piece p
            WHERE p.state = 'sold'
                OR p.id IN (SELECT piece_id FROM order_line WHERE state IN ('sold', 'refunding'))
                OR p.id IN (SELECT piece_id FROM hold WHERE state = 'sold')
        ) x WHERE state <> 'sold' OR lines <> 1 OR holds <> 1
        """,
    ),
    Invariant(
        "I2",
        "Every announced edition has exactly the pieces it was announced with.",
        """
        SELECT edition_id, kind, expected, found, lowest, highest FROM (
            SELECT e.id AS edition_id, k.kind, count(p.id) AS found, min(p.number) AS lowest, max(p.number) AS highest,
                count(DISTINCT p.number) AS distinct_found,
                CASE WHEN e.minted_at IS NULL THEN 0 WHEN k.kind = 'numbered' THEN e.size ELSE e.proofs END AS expected
            FROM edition e
            CROSS JOIN (SELECT 'numbered' AS kind UNION ALL SELECT 'proof') k
            LEFT JOIN piece p ON p.edition_id = e.id AND p.kind = k.kind
            GROUP BY e.id, k.kind, e.minted_at, e.size, e.proofs
        ) x
        WHERE found <> expected OR distinct_found <> expected
            OR (expected > 0 AND (lowest <> 1 OR highest <> expected))
        """,
    ),
    Invariant(
        "I3",
        "An order is paid exactly when its money was received, and refunded exactly when it went back.",
        """
        SELECT o.code, o.state, o.total_minor, p.captured_minor, p.refunded_minor
        FROM "order" o
        LEFT JOIN payment p ON p.attempt_id = o.attempt_id
        LEFT JOIN checkout_attempt a ON a.id = o.attempt_id
        WHERE (o.state = 'paid' AND (p.id IS NULL OR a.state <> 'paid' OR p.captured_minor <> o.total_minor
                OR p.currency <> o.currency OR p.refunded_minor = p.captured_minor))
            OR (o.state = 'refunded' AND (p.id IS NULL OR p.refunded_minor <> p.captured_minor))
            OR (o.state = 'review' AND p.id IS NULL)
            OR (o.state IN ('placed', 'cancelled') AND (a.state = 'paid' OR p.captured_minor > p.refunded_minor)
                AND (p.paid_at IS NULL OR p.paid_at <= :settled))
        """,
    ),
    Invariant(
        "I3b",
        "No money is kept without an order.",
        """
        SELECT p.id AS payment_id, p.captured_minor, p.refunded_minor FROM payment p
        LEFT JOIN "order" o ON o.attempt_id = p.attempt_id
        WHERE o.id IS NULL AND p.captured_minor > p.refunded_minor AND p.paid_at <= :settled
        """,
    ),
    Invariant(
        "I3c",
        "What went back is the sum of the refunds that succeeded.",
        """
        SELECT p.id AS payment_id, p.refunded_minor, coalesce(sum(r.amount_minor), 0) AS refunds FROM payment p
        LEFT JOIN refund r ON r.payment_id = p.id AND r.state = 'succeeded'
        GROUP BY p.id, p.refunded_minor HAVING p.refunded_minor <> coalesce(sum(r.amount_minor), 0)
        """,
    ),
    Invariant(
        "I4",
        "No number is given up while a payment for it can still succeed.",
        """
        SELECT h.id AS hold_id, a.id AS attempt_id, a.state FROM hold h
        JOIN attempt_hold ah ON ah.hold_id = h.id
        JOIN checkout_attempt a ON a.id = ah.attempt_id
        WHERE h.state = 'released'
            AND (ah.live OR a.state IN ('queued', 'creating', 'open', 'processing', 'paid', 'review'))
            AND NOT EXISTS (SELECT 1 FROM order_line l JOIN "order" o ON o.id = l.order_id
                WHERE l.hold_id = h.id AND l.state = 'refunded' AND o.attempt_id = a.id AND NOT ah.live)
        """,
    ),
    Invariant(
        "I4b",
        "A hold is marked as being paid exactly while a payment attempt keeps it.",
        """
        SELECT h.id AS hold_id, h.in_attempt AS marked, count(ah.hold_id) AS kept_by FROM hold h
        LEFT JOIN attempt_hold ah ON ah.hold_id = h.id AND ah.live
        GROUP BY h.id, h.in_attempt HAVING count(ah.hold_id) <> CASE WHEN h.in_attempt THEN 1 ELSE 0 END
        UNION ALL
        SELECT ah.hold_id, ah.live, a.id FROM attempt_hold ah JOIN checkout_attempt a ON a.id = ah.attempt_id
        WHERE (ah.live AND a.state IN ('expired', 'abandoned', 'failed'))
            OR (NOT ah.live AND a.state IN ('queued', 'creating', 'open', 'processing', 'review'))
        """,
    ),
    Invariant(
        "I5",
        "Nobody holds and owns more of an edition than one person may.",
        """
        SELECT h.edition_id, h.buyer_id, count(*) AS holds, max(h.slot) AS highest_slot, e.per_person
        FROM hold h JOIN edition e ON e.id = h.edition_id
        WHERE h.state IN ('active', 'releasing', 'sold')
        GROUP BY h.edition_id, h.buyer_id, e.per_person
        HAVING count(*) > e.per_person OR max(h.slot) > e.per_person OR count(DISTINCT h.slot) <> count(*)
        """,
    ),
    Invariant(
        "I6",
        "What has ended says when, and an order and its lines tell the same story.",
        """
        SELECT 'order' AS what, o.code AS which, o.state FROM "order" o
        WHERE (o.state IN ('placed', 'cancelled') AND o.paid_at IS NOT NULL) OR (o.state = 'paid' AND o.paid_at IS NULL)
        UNION ALL
        SELECT 'line', o.code, l.state FROM order_line l JOIN "order" o ON o.id = l.order_id
        WHERE (o.state IN ('placed', 'review') AND l.state <> 'reserved')
            OR (o.state = 'paid' AND l.state NOT IN ('sold', 'refunding'))
            OR (o.state = 'refunded' AND l.state NOT IN ('refunded', 'cancelled'))
            OR (o.state = 'cancelled' AND l.state <> 'cancelled')
        UNION ALL
        SELECT 'attempt', CAST(id AS VARCHAR(20)), state FROM checkout_attempt
        WHERE (state IN ('paid', 'expired', 'abandoned', 'failed')) <> (ended_at IS NOT NULL)
        UNION ALL
        SELECT 'refund', CAST(id AS VARCHAR(20)), state FROM refund
        WHERE (state IN ('succeeded', 'failed')) <> (settled_at IS NOT NULL)
        UNION ALL
        SELECT 'drop', slug, state FROM "drop"
        WHERE (state IN ('announced', 'open', 'paused', 'closed') AND announced_at IS NULL)
            OR (state = 'draft' AND announced_at IS NOT NULL)
            OR (state = 'closed' AND closed_at IS NULL)
        UNION ALL
        SELECT 'message', dedupe_key, state FROM outbox_message WHERE (state = 'sent') <> (sent_at IS NOT NULL)
        """,
    ),
    Invariant(
        "I7",
        "Nothing the provider or a buyer told us once has had its effect twice.",
        """
        SELECT 'session' AS what, session_id AS which FROM checkout_attempt GROUP BY session_id HAVING count(session_id) > 1
        UNION ALL
        SELECT 'attempt key', idempotency_key FROM checkout_attempt GROUP BY idempotency_key HAVING count(*) > 1
        UNION ALL
        SELECT 'payment of attempt', CAST(attempt_id AS VARCHAR(20)) FROM payment GROUP BY attempt_id HAVING count(*) > 1
        UNION ALL
        SELECT 'intent', intent_id FROM payment GROUP BY intent_id HAVING count(*) > 1
        UNION ALL
        SELECT 'charge', charge_id FROM payment GROUP BY charge_id HAVING count(charge_id) > 1
        UNION ALL
        SELECT 'refund', provider_id FROM refund GROUP BY provider_id HAVING count(provider_id) > 1
        UNION ALL
        SELECT 'refund key', idempotency_key FROM refund GROUP BY idempotency_key HAVING count(*) > 1
        UNION ALL
        SELECT 'message', dedupe_key FROM outbox_message GROUP BY dedupe_key HAVING count(*) > 1
        UNION ALL
        SELECT 'hold key', idempotency_key FROM hold GROUP BY placed_by, idempotency_key HAVING count(*) > 1
        UNION ALL
        SELECT 'attempt of order', CAST(attempt_id AS VARCHAR(20)) FROM "order" GROUP BY attempt_id HAVING count(attempt_id) > 1
        """,
    ),
    Invariant(
        "I8",
        "Every ledger is one unbroken chain from its first entry to its head.",
        """
        SELECT edition_ref, seq, 'link' AS what FROM (
            SELECT edition_ref, seq, prev_hash,
                lag(hash) OVER (PARTITION BY edition_ref ORDER BY seq) AS before_hash,
                lag(seq) OVER (PARTITION BY edition_ref ORDER BY seq) AS before_seq
            FROM ledger_entry
        ) x
        WHERE (before_hash IS NULL AND (prev_hash <> 'genesis' OR seq <> 1))
            OR (before_hash IS NOT NULL AND (prev_hash <> before_hash OR seq <> before_seq + 1))
        UNION ALL
        SELECT e.edition_ref, max(e.seq), 'head' FROM ledger_entry e
        LEFT JOIN ledger_head h ON h.edition_ref = e.edition_ref
        GROUP BY e.edition_ref, h.seq HAVING h.seq IS NULL OR h.seq <> max(e.seq)
        UNION ALL
        SELECT h.edition_ref, h.seq, 'hash' FROM ledger_head h
        LEFT JOIN ledger_entry e ON e.edition_ref = h.edition_ref AND e.seq = h.seq
        WHERE (h.seq > 0 AND (e.id IS NULL OR e.hash <> h.hash)) OR (h.seq = 0 AND h.hash <> 'genesis')
        UNION ALL
        SELECT ref, 0, 'not declared' FROM edition
        WHERE minted_at IS NOT NULL
            AND ref NOT IN (SELECT edition_ref FROM ledger_entry WHERE seq = 1 AND kind = 'declared')
        """,
    ),
    Invariant(
        "I8b",
        "Reading an edition's ledger from the start gives every piece the state it has.",
        """
        SELECT p.id AS piece_id, p.number, p.state, x.kind AS last_entry FROM piece p
        JOIN edition e ON e.id = p.edition_id
        LEFT JOIN (
            SELECT l.edition_ref, l.kind, {number} AS number, {kind} AS piece_kind,
                row_number() OVER (PARTITION BY l.edition_ref, {number}, {kind} ORDER BY l.seq DESC) AS place
            FROM ledger_entry l WHERE l.kind IN ('sold', 'refunded', 'relisted', 'withheld', 'voided')
        ) x ON x.edition_ref = e.ref AND x.number = p.number AND x.piece_kind = p.kind AND x.place = 1
        WHERE NOT CASE
            WHEN x.kind IS NULL THEN p.state IN ('available', 'held', 'withheld')
            WHEN x.kind = 'sold' THEN p.state = 'sold'
            WHEN x.kind = 'relisted' THEN p.state IN ('available', 'held')
            WHEN x.kind = 'voided' THEN p.state = 'void'
            ELSE p.state = 'withheld' END
        """,
    ),
    Invariant(
        "I10",
        "A piece is held exactly while one hold keeps it: none is stranded, none is kept twice.",
        """
        SELECT id AS piece_id, state, holds FROM (
            SELECT p.id, p.state,
                (SELECT count(*) FROM hold h WHERE h.piece_id = p.id AND h.state IN ('active', 'releasing')) AS holds
            FROM piece p
            WHERE p.state = 'held' OR p.id IN (SELECT piece_id FROM hold WHERE state IN ('active', 'releasing'))
        ) x WHERE state <> 'held' OR holds <> 1
        """,
    ),
    Invariant(
        "I11",
        "What is charged is the price each hold was placed at, plus shipping, in one currency.",
        """
        SELECT o.code, 'total' AS what FROM "order" o
        LEFT JOIN (SELECT order_id, sum(price_minor) AS price, sum(tax_minor) AS tax FROM order_line GROUP BY order_id) l
            ON l.order_id = o.id
        WHERE o.total_minor <> coalesce(l.price, -1) + o.shipping_minor OR o.tax_minor < coalesce(l.tax, 0)
        UNION ALL
        SELECT o.code, 'line' FROM "order" o
        JOIN order_line l ON l.order_id = o.id
        JOIN hold h ON h.id = l.hold_id
        JOIN edition e ON e.id = h.edition_id
        WHERE l.price_minor <> h.price_minor OR h.currency <> o.currency OR l.piece_id <> h.piece_id
            OR h.price_minor <> e.price_minor OR h.currency <> e.currency
        UNION ALL
        SELECT o.code, 'attempt' FROM "order" o
        JOIN checkout_attempt a ON a.id = o.attempt_id
        WHERE a.amount_minor <> o.total_minor OR a.currency <> o.currency OR a.reference <> o.code
        UNION ALL
        SELECT o.code, 'set' FROM "order" o
        WHERE o.attempt_id IS NOT NULL AND (
            EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id
                AND l.hold_id NOT IN (SELECT hold_id FROM attempt_hold WHERE attempt_id = o.attempt_id))
            OR EXISTS (SELECT 1 FROM attempt_hold ah WHERE ah.attempt_id = o.attempt_id
                AND ah.hold_id NOT IN (SELECT hold_id FROM order_line WHERE order_id = o.id)))
        UNION ALL
        SELECT a.reference, 'payment' FROM payment p JOIN checkout_attempt a ON a.id = p.attempt_id
        WHERE p.currency <> a.currency AND a.state = 'paid'
        """,
    ),
    Invariant(
        "I12",
        "Neither the public ledger nor a waiting message holds anything personal.",
        """
        SELECT 'ledger' AS what, edition_ref AS which, seq AS place FROM ledger_entry WHERE body LIKE '%@%'
        UNION ALL
        SELECT 'message', kind, id FROM outbox_message WHERE CAST(refs AS TEXT) LIKE '%@%'
        """,
    ),
    Invariant(
        "I13",
        "A turn on a waitlist has one offer at most, and an offer belongs to one turn.",
        """
        SELECT t.id AS turn_id, t.state, h.id AS hold_id, h.state AS hold_state FROM waitlist_turn t
        LEFT JOIN hold h ON h.id = t.hold_id
        WHERE (t.hold_id IS NOT NULL AND (h.id IS NULL OR h.edition_id <> t.edition_id OR h.offered_until IS NULL))
            OR (t.state IN ('offered', 'taken', 'passed') AND t.hold_id IS NULL)
            OR (t.state IN ('asked', 'waiting', 'left', 'over') AND t.hold_id IS NOT NULL)
            OR (t.state = 'passed' AND h.state <> 'released') OR (t.state = 'taken' AND h.state NOT IN ('sold', 'released'))
        UNION ALL
        SELECT count(t.id), 'turns', h.id, h.state FROM hold h LEFT JOIN waitlist_turn t ON t.hold_id = h.id
        WHERE h.offered_until IS NOT NULL GROUP BY h.id, h.state HAVING count(t.id) <> 1
        UNION ALL
        SELECT min(id), 'twice', buyer_id, 'buyer' FROM waitlist_turn WHERE state IN ('asked', 'waiting', 'offered')
        GROUP BY edition_id, buyer_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "I14",
        "No offer from a waitlist lasts beyond the end of the sale.",
        """
        SELECT h.id AS hold_id, h.offered_until, d.closes_at FROM hold h JOIN "drop" d ON d.id = h.drop_id
        WHERE h.offered_until > d.closes_at OR h.offered_until < h.placed_at
        """,
    ),
)

# A body that cannot be read has neither number nor kind, so its piece contradicts I8b.
BODY = {
    "sqlite": {
        "number": "CASE WHEN json_valid(l.body) THEN json_extract(l.body, '$.number') END",
        "kind": "CASE WHEN json_valid(l.body) THEN json_extract(l.body, '$.kind') END",
    },
    "postgresql": {
        "number": """CAST(substring(l.body from '"number":([0-9]+)') AS integer)""",
        "kind": """substring(l.body from '"kind":"([a-z]+)"')""",
    },
}
