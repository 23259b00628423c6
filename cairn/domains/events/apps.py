from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "cairn.domains.events"
