"""What the demo shop's marketer made: lists, segments, a template, and the campaigns of the past year."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cairn.domains.integrations.demo_shop.catalog import SHOP_NAME, Product

NEWSLETTER = "Newsletter"
TEMPLATE_NAME = "Letter with three products"
SENDER_EMAIL = "hello@lantern-and-larch.example"
SENDER_NAME = SHOP_NAME
ADDRESS = {
    "address1": "12 Wharf Lane",
    "address2": "",
    "city": "Portland",
    "region": "Oregon",
    "country": "United States",
    "zip": "97209",
}


@dataclass(frozen=True, slots=True)
class PastCampaign:
    """A campaign `days_ago`, about one category of products."""

    days_ago: int
    name: str
    subject: str
    category: str
    text: str

    def sent_at(self, now: datetime) -> datetime:
        day = now.replace(hour=14, minute=0, second=0, microsecond=0) - timedelta(days=self.days_ago)
        return day + timedelta(minutes=7)


CAMPAIGNS = (
    PastCampaign(
        340,
        "Winter warmers",
        "{{ first_name|default:'Hello' }}, warm feet for cold trails",
        "Clothing",
        "Wool, down, and the boots that go over them: what our guides wear when the lake is frozen.",
    ),
    PastCampaign(
        310,
        "New year, new pack",
        "Packs that carry the year",
        "Packs",
        "A good pack disappears on your back. We tried forty; these are the ones we kept.",
    ),
    PastCampaign(
        281,
        "Kitchen under the sky",
        "Coffee outside tastes better",
        "Kitchen",
        "One pot, one flame, and an hour before the others wake up.",
    ),
    PastCampaign(
        250, "First tents of spring", "The first night out", "Camp", "Light enough to carry, strong enough for April."
    ),
    PastCampaign(
        222,
        "Boots, broken in",
        "Miles ahead of you",
        "Footwear",
        "The first hundred miles are on us: fitted, waxed and ready to walk.",
    ),
    PastCampaign(
        190, "Long light", "Evenings are for lanterns", "Camp", "Lanterns that last the night and fold into a pocket."
    ),
    PastCampaign(
        158,
        "Tools for life",
        "Sharp, simple, yours for decades",
        "Tools",
        "Steel and ash, made by people who use them.",
    ),
    PastCampaign(
        127,
        "Summer sale",
        "{{ first_name|default:'Hello' }}, a tenth off until Sunday",
        "Gifts",
        "Small things for long days, ten per cent off until Sunday evening.",
    ),
    PastCampaign(
        96, "Rain is weather, too", "Dry all day", "Clothing", "Shells that breathe, and the wax that keeps them so."
    ),
    PastCampaign(
        64,
        "Autumn trails",
        "Where the larches turn",
        "Footwear",
        "Our favourite walks of the year, and what to wear on your feet for them.",
    ),
    PastCampaign(31, "Hut to hut", "Four days, one pack", "Packs", "Everything for four days, nothing for five."),
    PastCampaign(
        6,
        "Gifts for people who are never home",
        "They will actually use these",
        "Gifts",
        "Journals, mugs and knives that come back with stories.",
    ),
)


def letter(heading: str, text: str, picks: list[Product], base_url: str) -> str:
    """The HTML of a letter with three products, in the template dialect."""
    cells = "".join(
        f'<td class="pick"><a href="{base_url}{product.path}"><b>{product.name}</b></a><br>'
        f"{product.category}<br>${product.price}</td>"
        for product in picks[:3]
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{heading}</title>
<style>
body {{ margin: 0; background: #f3f1ec; font: 16px/1.5 Georgia, serif; color: #2b2b28; }}
.sheet {{ max-width: 600px; margin: 0 auto; background: #fffdf8; padding: 32px; }}
h1 {{ font-size: 26px; line-height: 1.25; margin: 0 0 16px; }}
.pick {{ padding: 12px; border-top: 3px solid #4c6b4f; font-size: 14px; vertical-align: top; width: 33%; }}
a {{ color: #2f5d3a; }}
.button {{ display: inline-block; background: #2f5d3a; color: #fffdf8; padding: 12px 24px; text-decoration: none; }}
.small {{ font: 12px/1.5 sans-serif; color: #6d6a62; margin-top: 32px; }}
</style>
</head>
<body>
<div class="sheet">
<p class="small">{{% web_view 'Read this letter in your browser' %}}</p>
<h1>{heading}</h1>
<p>Dear {{{{ first_name|default:'friend' }}}},</p>
<p>{text}</p>
<table role="presentation" width="100%"><tr>{cells}</tr></table>
<p><a class="button" href="{base_url}/demo-shop">Visit the shop</a></p>
{{% if person.Country == 'United States' %}}<p>Orders over $80 ship free in your state.</p>{{% endif %}}
<p class="small">{{{{ organization.name }}}} · {{{{ organization.full_address }}}}<br>
You get this because you asked for our letter. {{% unsubscribe 'Unsubscribe' %}} ·
{{% manage_preferences 'Choose what you get' %}}</p>
</div>
</body>
</html>"""


def metric_condition(
    metric_id: str, operator: str, value: int, days: int | None, measurement: str = "count"
) -> dict[str, Any]:
    timeframe: dict[str, Any] = {"type": "date", "operator": "alltime"}
    if days is not None:
        timeframe = {"type": "date", "operator": "in-the-last", "unit": "day", "quantity": days}
    return {
        "type": "profile-metric",
        "metric_id": metric_id,
        "measurement": measurement,
        "measurement_filter": {"type": "numeric", "operator": operator, "value": value},
        "timeframe_filter": timeframe,
    }


def all_of(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"condition_groups": [{"conditions": [condition]} for condition in conditions]}


def segments(metric_ids: dict[str, str], newsletter_id: str) -> dict[str, dict[str, Any]]:
    """Segment definitions by name; `metric_ids` holds the ids of the metrics that they count, by name."""
    order, viewed = metric_ids["Placed Order"], metric_ids["Viewed Product"]
    opened, checkout = metric_ids["Opened Email"], metric_ids["Started Checkout"]
    subscribed = {"type": "profile-group-membership", "is_member": True, "group_ids": [newsletter_id]}
    return {
        "Bought in the last 90 days": all_of(metric_condition(order, "greater-than-or-equal", 1, 90)),
        "VIP: three orders or more": all_of(metric_condition(order, "greater-than-or-equal", 3, None)),
        "Spent $500 or more this year": all_of(metric_condition(order, "greater-than-or-equal", 500, 365, "sum")),
        "Never bought": all_of(subscribed, metric_condition(order, "equals", 0, None)),
        "Looked but did not buy, 30 days": all_of(
            metric_condition(viewed, "greater-than-or-equal", 1, 30), metric_condition(order, "equals", 0, 30)
        ),
        "Left a checkout, 7 days": all_of(
            metric_condition(checkout, "greater-than-or-equal", 1, 7), metric_condition(order, "equals", 0, 7)
        ),
        "Engaged readers, 90 days": all_of(subscribed, metric_condition(opened, "greater-than-or-equal", 1, 90)),
        "Lapsing: bought, but not for 180 days": all_of(
            metric_condition(order, "greater-than-or-equal", 1, None), metric_condition(order, "equals", 0, 180)
        ),
        "Customers in Oregon or Washington": {
            "condition_groups": [
                {
                    "conditions": [
                        {
                            "type": "profile-property",
                            "property": "location['region']",
                            "filter": {"type": "string", "operator": "equals", "value": region},
                        }
                        for region in ("Oregon", "Washington")
                    ]
                }
            ]
        },
    }
