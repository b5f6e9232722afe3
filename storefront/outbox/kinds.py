"""What can be said by mail. A message carries its kind and the ids named here; the rest is read when it is sent."""

from enum import StrEnum


class Kind(StrEnum):
    CONFIRM_ADDRESS = "confirm_address"  # token_id
    RESET_PASSWORD = "reset_password"  # noqa: S105  token_id
    CHANGE_ADDRESS = "change_address"  # token_id; goes to the new address
    ADDRESS_CHANGED = "address_changed"  # token_id; goes to the former address
    ACCOUNT_EXISTS = "account_exists"  # account_id
    ORDER_PAID = "order_paid"  # order_id
    ORDER_REFUNDED = "order_refunded"  # order_id, refund_id
    HOLD_LOST = "hold_lost"  # order_id
    WAITLIST_ASKED = "waitlist_asked"  # turn_id; the address is to be confirmed
    WAITLIST_JOINED = "waitlist_joined"  # turn_id
    WAITLIST_OFFER = "waitlist_offer"  # turn_id
    WAITLIST_OVER = "waitlist_over"  # turn_id
    CONFIRM_FOLLOW = "confirm_follow"  # follow_id
    DROP_ANNOUNCED = "drop_announced"  # follow_id, drop_id, opens_at
    DROP_MOVED = "drop_moved"  # the same; when the opening is another one now
    DROP_REMINDER = "drop_reminder"  # the same; ten minutes before it
    DROP_CANCELLED = "drop_cancelled"  # the same; called off before it opened
    TRANSFER_OFFERED = "transfer_offered"  # transfer_id; to the giver
    TRANSFER_LINK = "transfer_link"  # transfer_id; to the taker, where the giver told an address
    TRANSFER_GIVEN = "transfer_given"  # transfer_id; to the giver
    TRANSFER_TAKEN = "transfer_taken"  # transfer_id; to the taker
    PIECE_RECALLED = "piece_recalled"  # certificate_id; to who had it from somebody else
    DROP_OPENED = "drop_opened"  # account_id, drop_id; to the studio, as the next two
    DROP_SOLD_OUT = "drop_sold_out"  # account_id, drop_id
    DAILY_DIGEST = "daily_digest"  # account_id, artist_id, day
    CHECK_FAILED = "check_failed"  # account_id, broken: how many exceptions to which invariant
