from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "cairn.domains.campaigns"
