"""Acts: everything that may happen in the town. Each is drawn by chance and says in words what it is about to do."""

from simulation.buyer_acts import BuyerActs
from simulation.provider_acts import ProviderActs
from simulation.shop_acts import ShopActs


class Acts(BuyerActs, ProviderActs, ShopActs):
    """Buyers, provider and shop in one town."""
