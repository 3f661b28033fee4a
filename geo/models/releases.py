"""Releases (immutable sets of numbers) and the editions of published files that they came from."""

from django.db import models


class SourceLoad(models.Model):
    """One attempt to load one edition of one published file.

    state: loaded (its staging tables hold it), failed (error says where and why; nothing was written), absent, stand_in (synthetic).
    origin: mirror, cache, publisher, package, stand_in. rows_in: data rows in the file; rows_out: rows in each staging table;
    rejected: rows left out, by reason. rows_in is conserved where one row of the file is one row of a table.
    """

    slug = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=12)
    origin = models.CharField(max_length=12, blank=True, default="")
    is_current = models.BooleanField(default=False)
    loaded_at = models.DateTimeField(auto_now_add=True)
    seconds = models.FloatField(default=0)
    rows_in = models.IntegerField(default=0)
    rows_out = models.JSONField(default=dict)
    rejected = models.JSONField(default=dict)
    error = models.JSONField(default=dict)
    provenance = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=models.Q(is_current=True), name="source_load_current"),
        ]
        indexes = [models.Index(fields=["slug", "-loaded_at"], name="source_load_newest")]

    def __str__(self) -> str:
        return f"{self.slug} ({self.state})"


class AcceptedEdition(models.Model):
    """A newer edition of a published file than the registry names, taken on by an operator: its sha256 counts as the declared one."""

    slug = models.CharField(max_length=80, unique=True)
    sha256 = models.CharField(max_length=64)
    accepted_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.slug} {self.sha256[:12]}"


class AreaBuild(models.Model):
    """That the tables of areas were built from these sources by this code; the newest row is what stands there now.

    digest: of the sources' sha256 and adapters and of the code; rows: table -> rows; the same digest again is nothing to do.
    """

    digest = models.CharField(max_length=64)
    rows = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)
    built_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest[:12]


class ChainRun(models.Model):
    """One complete run from published files to a published release; the same digest of files and code again is nothing to do.

    steps: seconds by step; faults: source -> fault, for those that could not be loaded.
    """

    digest = models.CharField(max_length=64)
    release = models.ForeignKey("Release", null=True, on_delete=models.SET_NULL)
    steps = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    finished_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest[:12]


class Release(models.Model):
    """An immutable set of numbers. `slug` is its public id; that of a synthetic release ends in -synthetic.

    state: building -> built -> checked -> published -> (withdrawn), or failed. Exactly one published release is current.
    sources: slug -> {sha256, origin, state}; tilesets: geography -> tileset version; quality: the report; sums: totals for comparison.
    """

    class State(models.TextChoices):
        BUILDING = "building"
        BUILT = "built"
        CHECKED = "checked"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"
        FAILED = "failed"

    slug = models.CharField(max_length=48, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.BUILDING)
    is_current = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False)
    built_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_notice = models.TextField(blank=True, default="")
    code_version = models.CharField(max_length=64, blank=True, default="")
    sources = models.JSONField(default=dict)
    tilesets = models.JSONField(default=dict)
    sums = models.JSONField(default=dict)
    quality = models.JSONField(default=dict)
    previous = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=models.Q(is_current=True), name="release_one_current"),
            models.CheckConstraint(condition=models.Q(is_current=False) | models.Q(state="published"), name="release_current_is_published"),
        ]

    def __str__(self) -> str:
        return self.slug
