"""Every page and state a buyer can meet, brought about one after the other, in the order of a buyer's way."""

from screenshots.scenes_of_buying import drops, holding, paying, refusals
from screenshots.scenes_of_looking import an_empty_shop, errors, home, looking_around
from screenshots.scenes_of_owning import certificates, checking, orders, passing_on
from screenshots.scenes_of_people import following, the_account, waiting

EMPTY = (an_empty_shop,)
LAID_OUT = (
    looking_around, drops, refusals, holding, paying, orders, certificates, passing_on, checking, waiting, following,
    the_account, errors,
)  # fmt: skip
AT_LAST = (home,)  # it closes what is on sale; for its pictures the shop is laid out anew
