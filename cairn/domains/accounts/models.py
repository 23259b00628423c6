from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from cairn.infra.postgres.scoped import Scoped


class Account(models.Model):
    """A shop. `id` is also its public API key; `number` stands for it in ClickHouse."""

    number = models.AutoField(primary_key=True)
    id = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    locale = models.CharField(max_length=16, default="en-US")
    industry = models.CharField(max_length=200, default="Ecommerce, General")
    website_url = models.CharField(max_length=500, default="", blank=True)
    sender_name = models.CharField(max_length=200, default="", blank=True)
    sender_email = models.CharField(max_length=254, default="", blank=True)
    address = models.JSONField(default=dict)
    email_attribution_hours = models.PositiveIntegerField(default=120)
    rate_limits = models.JSONField(default=dict)
    last_profile_number = models.BigIntegerField(default=0)
    created = models.DateTimeField()


class UserManager(BaseUserManager["User"]):
    pass


class User(AbstractBaseUser):
    """A person who signs in, by email and password."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, default="", blank=True)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField()

    USERNAME_FIELD = "email"
    objects = UserManager()


class Membership(models.Model):
    """A user's place in an account."""

    account = models.ForeignKey(Account, to_field="id", on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    role = models.CharField(max_length=32, default="owner")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="membership_once")]


class ApiKey(models.Model):
    """A private key. Only its SHA-256 is kept; `redacted` is what a screen may show."""

    id = models.CharField(max_length=26, primary_key=True)
    account = models.ForeignKey(Account, to_field="id", on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    redacted = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)

    objects: Scoped["ApiKey"] = Scoped()

    class Meta:
        verbose_name = "api key"
