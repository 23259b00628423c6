from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "cairn.domains.integrations"
