"""The table of observations, partitioned by release."""

from django.db import migrations

CREATE = """
CREATE TABLE geo_observation (
    release_id   integer          NOT NULL,
    indicator_id integer          NOT NULL,
    geography_id smallint         NOT NULL,
    period_id    integer          NOT NULL,
    stratum_id   smallint         NOT NULL,
    area_id      integer          NOT NULL,
    numerator    double precision,
    denominator  double precision,
    value        double precision,
    lower        double precision,
    upper        double precision,
    coverage     double precision,
    status       smallint         NOT NULL,
    basis        smallint         NOT NULL,
    comparison   smallint         NOT NULL,
    reason       smallint         NOT NULL,
    is_reliable  boolean          NOT NULL,
    PRIMARY KEY (release_id, indicator_id, geography_id, period_id, stratum_id, area_id),
    CONSTRAINT observation_value_by_status CHECK ((value IS NOT NULL) = (status IN (0, 1))),
    CONSTRAINT observation_limits_bracket CHECK (lower IS NULL OR (lower <= value AND value <= upper))
) PARTITION BY LIST (release_id);
CREATE INDEX observation_by_area ON geo_observation (release_id, area_id);
"""


class Migration(migrations.Migration):
    dependencies = [("geo", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE geo_observation")]
