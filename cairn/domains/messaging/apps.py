from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "cairn.domains.messaging"
