"""The 5,000 customers of the demo shop: who they are, when they first came, and how keen they are."""

from dataclasses import dataclass
from random import Random

from cairn.domains.profiles.contracts import ProfilePatch

CUSTOMERS = 5000
DAYS = 365

PLACES: tuple[tuple[str, str, str, str, float], ...] = (
    ("New York", "New York", "United States", "America/New_York", 14),
    ("Boston", "Massachusetts", "United States", "America/New_York", 8),
    ("Denver", "Colorado", "United States", "America/Denver", 10),
    ("Portland", "Oregon", "United States", "America/Los_Angeles", 9),
    ("Seattle", "Washington", "United States", "America/Los_Angeles", 8),
    ("Austin", "Texas", "United States", "America/Chicago", 7),
    ("Toronto", "Ontario", "Canada", "America/Toronto", 8),
    ("London", "England", "United Kingdom", "Europe/London", 10),
    ("Edinburgh", "Scotland", "United Kingdom", "Europe/London", 4),
    ("Berlin", "Berlin", "Germany", "Europe/Berlin", 7),
    ("Paris", "Île-de-France", "France", "Europe/Paris", 5),
    ("São Paulo", "São Paulo", "Brazil", "America/Sao_Paulo", 3),
    ("Tokyo", "Tokyo", "Japan", "Asia/Tokyo", 3),
    ("Tel Aviv", "Tel Aviv District", "Israel", "Asia/Jerusalem", 2),
    ("Sydney", "New South Wales", "Australia", "Australia/Sydney", 2),
)
FIRST_NAMES = (
    "Ada", "Amir", "Anna", "Ben", "Bianca", "Carlos", "Chloe", "Daniel", "Dina", "Elif", "Emma", "Finn",
    "Fiona", "Grace", "Hugo", "Ines", "Ivan", "James", "Jana", "Kenji", "Lara", "Leo", "Lucía", "Maja",
    "Marcus", "Mei", "Nadia", "Noah", "Olga", "Omar", "Priya", "Quentin", "Rosa", "Sam", "Sofia", "Tariq",
    "Uma", "Viktor", "Wendy", "Yusuf", "Zoë", "אורי", "ليلى", "さくら", "Bartholomew-Maximilian", "Renée 🌲",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Bauer", "Bianchi", "Brown", "Castillo", "Chen", "Cohen", "Costa", "Dubois", "Eriksson",
    "Fischer", "Garcia", "Haddad", "Hall", "Ito", "Jansen", "Jones", "Kaya", "Khan", "Kowalski", "Lee", "Lopez",
    "Martin", "Meyer", "Moreau", "Nguyen", "Novak", "O'Brien", "Okafor", "Patel", "Petrov", "Reed", "Rossi",
    "Santos", "Sato", "Schmidt", "Silva", "Smith", "Suzuki", "Taylor", "Weber", "Williams", "Young", "Zhang",
    "מזרחי", "الحسن", "Wolfeschlegelsteinhausen",
)  # fmt: skip
INTERESTS = ("Camp", "Kitchen", "Tools", "Clothing", "Footwear", "Packs", "Gifts")


@dataclass(frozen=True, slots=True)
class Customer:
    """`first_day` counts from the start of the year, `visits_a_day` is a mean, `quits_after` days interest fades."""

    number: int
    first_name: str
    last_name: str
    email: str
    place: tuple[str, str, str, str, float]
    phone: str | None
    interest: str
    first_day: int
    visits_a_day: float
    quits_after: int
    subscribes: bool
    opens: float

    def identity(self) -> ProfilePatch:
        return ProfilePatch(email=self.email)

    def introduction(self) -> ProfilePatch:
        """Everything that the shop knows of the customer at the first visit."""
        city, region, country, timezone, _ = self.place
        return ProfilePatch(
            email=self.email,
            phone_number=self.phone,
            external_id=f"LL-{self.number:05d}",
            attributes={"first_name": self.first_name, "last_name": self.last_name},
            location={"city": city, "region": region, "country": country, "timezone": timezone},
            properties={
                "Favourite Category": self.interest,
                "Interests": sorted({self.interest, INTERESTS[self.number % len(INTERESTS)]}),
                "Loyalty Points": (self.number * 37) % 900,
                "Newsletter Source": ("footer", "checkout", "popup")[self.number % 3],
            },
        )


def first_day(chance: Random) -> int:
    # The shop grows: later days bring more new customers, and some were there before the year began.
    return 0 if chance.random() < 0.12 else int(DAYS * chance.random() ** 0.75)


def customers(seed: int) -> list[Customer]:
    chance = Random(f"{seed}-customers")
    weights = [place[4] for place in PLACES]
    made: list[Customer] = []
    for number in range(1, CUSTOMERS + 1):
        keen = chance.random()
        made.append(
            Customer(
                number=number,
                first_name=chance.choice(FIRST_NAMES),
                last_name=chance.choice(LAST_NAMES),
                email=f"customer{number}@demo.example",
                place=chance.choices(PLACES, weights)[0],
                phone=f"+1617555{number:04d}" if number % 5 == 0 else None,
                interest=chance.choice(INTERESTS),
                first_day=first_day(chance),
                visits_a_day=0.004 + 0.1 * keen**4,
                quits_after=chance.randint(20, 300),
                subscribes=chance.random() < 0.46,
                opens=0.1 + 0.6 * chance.random(),
            )
        )
    return made
