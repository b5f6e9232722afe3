"""Acts: everything that may happen in the town. Each is drawn by chance and says in words what it is about to do."""

from simulation.buyer_acts import BuyerActs
from simulation.provider_acts import ProviderActs
from simulation.shop_acts import ShopActs
from simulation.waiting_acts import WaitingActs


class Acts(BuyerActs, ProviderActs, ShopActs, WaitingActs):
    """Buyers, provider and shop in one town."""
