"""What a viewer has made here: plans of where to go. Whoever has the id reads it; who made it, by the key in their cookie, changes it."""

import secrets

from django.db import models


def new_key() -> str:
    """A key of 22 letters that nobody can guess (128 bits)."""
    return secrets.token_urlsafe(16)


class Plan(models.Model):
    """One request for a plan and what became of it.

    owner: the key of whoever asked. request, result: as geo.planning.requests and .plans write them. release: id of the release that is
    planned with. expected: where a plan file is replayed, the plan in it. share: how far the work is, 0 to 1, with words. fault: why it
    failed, for people. attempts: how often it was begun.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.CharField(primary_key=True, max_length=22, default=new_key, editable=False)
    owner = models.CharField(max_length=43)
    request = models.JSONField()
    release = models.CharField(max_length=48)
    is_synthetic = models.BooleanField()
    expected = models.JSONField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    share = models.FloatField(default=0)
    words = models.CharField(max_length=200, blank=True, default="")
    result = models.JSONField(null=True)
    fault = models.CharField(max_length=400, blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "status"], name="plan_of_owner"),
            models.Index(fields=["created_at"], condition=models.Q(status__in=("queued", "running")), name="plan_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(status="done") | models.Q(result__isnull=False), name="plan_done_has_result"),
            models.CheckConstraint(condition=~models.Q(status="failed") | ~models.Q(fault=""), name="plan_failed_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"
