from django.apps import AppConfig


class ImagesConfig(AppConfig):
    name = "cairn.domains.images"
