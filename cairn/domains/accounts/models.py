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
    tracking = models.JSONField(null=True)
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
    """A private key. Only its SHA-256 is kept; `redacted` is what a screen may show. `networks` are where it may
    be used from, anywhere without them; `replaced_by` is the key that a rotation made in its place."""

    id = models.CharField(max_length=26, primary_key=True)
    account = models.ForeignKey(Account, to_field="id", on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    redacted = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    networks = models.JSONField(null=True)
    replaced_by = models.CharField(max_length=26, null=True)

    objects: Scoped["ApiKey"] = Scoped()

    class Meta:
        verbose_name = "api key"


class OAuthApp(models.Model):
    """An app that an account registered. `id` is the client id, which the token endpoint knows an app by, whatever the
    account."""

    id = models.CharField(max_length=26, primary_key=True)
    account = models.ForeignKey(Account, to_field="id", on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    website_url = models.CharField(max_length=500)
    secret_digest = models.CharField(max_length=64)
    secret_redacted = models.CharField(max_length=64)
    redirect_uris = models.JSONField(default=list)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField()

    objects: Scoped["OAuthApp"] = Scoped()

    class Meta:
        verbose_name = "oauth app"


class OAuthGrant(models.Model):
    """What one account lets an app do, until it is revoked; `reason` tells by what."""

    id = models.CharField(max_length=26, primary_key=True)
    account = models.ForeignKey(Account, to_field="id", on_delete=models.CASCADE)
    app = models.ForeignKey(OAuthApp, on_delete=models.CASCADE)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=32, default="")

    objects: Scoped["OAuthGrant"] = Scoped()

    class Meta:
        verbose_name = "oauth grant"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "app"], condition=models.Q(revoked_at=None), name="oauth_one_grant_per_app"
            )
        ]


class OAuthCode(models.Model):
    """An authorization code, by its SHA-256. `grant` is what it was exchanged for: a second exchange ends that."""

    digest = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(Account, to_field="id", on_delete=models.CASCADE)
    app = models.ForeignKey(OAuthApp, on_delete=models.CASCADE)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    redirect_uri = models.TextField()
    challenge = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(db_index=True)
    grant = models.ForeignKey(OAuthGrant, null=True, on_delete=models.CASCADE)


class OAuthToken(models.Model):
    """An access or refresh token, by its SHA-256. A refresh token is good for one use; `parent` is the one that it was
    issued for."""

    digest = models.CharField(max_length=64, primary_key=True)
    grant = models.ForeignKey(OAuthGrant, on_delete=models.CASCADE)
    is_refresh = models.BooleanField()
    parent = models.CharField(max_length=64, default="")
    created = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="oauth_access_live", condition=models.Q(is_refresh=False))]
