from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "cairn.domains.webhooks"
