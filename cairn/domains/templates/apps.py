from django.apps import AppConfig


class TemplatesConfig(AppConfig):
    name = "cairn.domains.templates"
