WITH free AS (
  SELECT id, number FROM claim_piece WHERE edition_id = 1 AND state = 'available'
  ORDER BY number LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
), taken AS (
  UPDATE claim_piece SET state = 'held' FROM free WHERE claim_piece.id = free.id RETURNING claim_piece.id, free.number
)
INSERT INTO claim_hold (piece_id, edition_id, buyer_id, slot, state, placed_at, held_until, price_minor, currency, key)
SELECT id, 1, nextval('claim_buyer'), 1, 'active', now(), now() + interval '10 minutes', 2800, 'EUR', gen_random_uuid()
FROM taken;
