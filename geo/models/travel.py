"""Ways to minutes that are kept: a model fitted to measured road minutes, and tables of minutes that somebody measured."""

from django.db import models

from geo.models.plans import new_key


class TravelModel(models.Model):
    """A fitted model of minutes; the newest row is the one in use. Its form is that of geo.planning.travel_model.

    weights, beyond: as ModelledDrive has them. error: trips, mean_absolute, root_mean_square on destinations that the fits did not see.
    densities: float32 by feature_id of LSOA 2021, as Density gives them. digest: of what it was made from, by which code.
    """

    mode = models.CharField(max_length=80)
    source = models.CharField(max_length=200)
    weights = models.JSONField()
    beyond = models.FloatField()
    error = models.JSONField()
    densities = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    seconds = models.FloatField(default=0)
    fitted_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.mode} {self.digest[:12]}"


class TravelMatrix(models.Model):
    """A table of measured minutes from areas to named places, which a plan can be made by: its provider is `matrix:<digest>`.

    owner: the key of whoever sent it, empty where the site keeps it. mode, source: for people. geography: slug of the origins' set of
    areas; origins: their codes. destinations: names as in the file; points: their eastings and northings (EPSG:27700), shape (n, 2).
    minutes: float32, row by row, nan = not measured. digest: of all that but the name, as geo.planning.travel_files.digest_of has it.
    """

    id = models.CharField(primary_key=True, max_length=22, default=new_key, editable=False)
    owner = models.CharField(max_length=43, blank=True, default="")
    name = models.CharField(max_length=80)
    mode = models.CharField(max_length=80)
    source = models.CharField(max_length=200)
    geography = models.CharField(max_length=16)
    origins = models.JSONField()
    destinations = models.JSONField()
    points = models.JSONField()
    minutes = models.BinaryField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner"], name="travel_matrix_owner"),
            models.Index(fields=["digest"], name="travel_matrix_digest"),
        ]

    def __str__(self) -> str:
        return self.name
