from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "cairn.domains.flows"
