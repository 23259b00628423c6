"""The 200 products of the demo shop, which sells things for life outdoors."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

SHOP_NAME = "Lantern & Larch"
CURRENCY = "USD"
PRODUCTS = 200

MAKES = ("Alder", "Birch", "Cedar", "Drift", "Ember", "Fjord", "Granite", "Heath", "Juniper", "Lichen", "Moss", "Tarn")
KINDS: tuple[tuple[str, str, int, int], ...] = (
    ("Tent", "Camp", 149, 520),
    ("Sleeping Bag", "Camp", 79, 340),
    ("Camp Stove", "Camp", 39, 160),
    ("Lantern", "Camp", 19, 85),
    ("Enamel Mug", "Kitchen", 9, 22),
    ("Dutch Oven", "Kitchen", 45, 130),
    ("Water Bottle", "Kitchen", 14, 45),
    ("Pocket Knife", "Tools", 25, 120),
    ("Hatchet", "Tools", 49, 149),
    ("Rope", "Tools", 12, 60),
    ("Down Jacket", "Clothing", 119, 380),
    ("Wool Socks", "Clothing", 12, 29),
    ("Rain Shell", "Clothing", 89, 260),
    ("Merino Shirt", "Clothing", 49, 99),
    ("Trail Shoes", "Footwear", 89, 190),
    ("Hiking Boots", "Footwear", 129, 320),
    ("Daypack", "Packs", 49, 140),
    ("Expedition Pack", "Packs", 149, 360),
    ("Trekking Poles", "Packs", 39, 150),
    ("Field Journal", "Gifts", 8, 28),
)


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: str
    category: str
    brand: str
    price: Decimal

    @property
    def path(self) -> str:
        return f"/demo-shop/products/{self.id}"


def products(seed: int) -> list[Product]:
    """The shop's range, dearer and cheaper variants of each kind."""
    chance = Random(f"{seed}-catalog")
    made: list[Product] = []
    for number in range(PRODUCTS):
        kind, category, low, high = KINDS[number % len(KINDS)]
        brand = MAKES[(number // len(KINDS) + number) % len(MAKES)]
        edition = ("", " II", " Light", " Pro", " Classic")[number // len(KINDS) % 5]
        price = Decimal(chance.randint(low, high)) - Decimal("0.05")
        made.append(Product(f"LL-{number + 1001}", f"{brand} {kind}{edition}", category, brand, price))
    return made
