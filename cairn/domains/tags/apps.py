from django.apps import AppConfig


class TagsConfig(AppConfig):
    name = "cairn.domains.tags"
