from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "cairn.domains.analytics"
