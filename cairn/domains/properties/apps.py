from django.apps import AppConfig


class PropertiesConfig(AppConfig):
    name = "cairn.domains.properties"
