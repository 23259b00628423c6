"""Where the workers stand in the log, and what they could not take."""

from django.db import models


class LogPosition(models.Model):
    """How far one consumer is in one writer's lane.

    `applied` moves in the transaction that writes the profiles; `done` follows when events, attribution and segments
    know it too. What lies between them is redone after a crash, without applying it again.
    """

    consumer = models.CharField(max_length=32)
    writer = models.CharField(max_length=128)
    lane = models.CharField(max_length=16)
    applied = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "writer", "lane"], name="log_position_once")]


class DeadLetter(models.Model):
    """An entry of the log that no handler could take, with the reason. The queue went on without it."""

    account_id = models.CharField(max_length=6)
    kind = models.CharField(max_length=64)
    writer = models.CharField(max_length=128)
    lane = models.CharField(max_length=16)
    offset = models.BigIntegerField()
    reason = models.TextField()
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["writer", "lane", "offset"], name="dead_letter_once")]
