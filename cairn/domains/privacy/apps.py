from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "cairn.domains.privacy"
