"""Catchments that somebody saved: whoever has the id reads one; who made it, by the key in their cookie, changes it."""

from django.db import models

from geo.models.plans import new_key


class Catchment(models.Model):
    """A named set of neighbourhoods. Its figures are never saved: they are of the release that is read.

    owner: the key of whoever made it. vintage, atoms: codes of areas of that year, ascending, each once.
    """

    id = models.CharField(primary_key=True, max_length=22, default=new_key, editable=False)
    owner = models.CharField(max_length=43)
    name = models.CharField(max_length=120)
    vintage = models.SmallIntegerField()
    atoms = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "-changed_at"], name="catchment_of_owner")]
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="catchment_has_name")]

    def __str__(self) -> str:
        return f"{self.id} {self.name}"
