from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "cairn.domains.lists"
