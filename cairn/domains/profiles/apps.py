from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "cairn.domains.profiles"
