"""Ages of residents of the newest neighbourhoods, as the census has them: kept when areas are made, so that nobody who asks reads a
staged file."""

import numpy as np

from geo.releases.areas_inputs import Staged
from geo.releases.areas_store import AreaIds

AGES = "census2021_age_lsoa21"
# Fields of the staged file, five years each: 0-4 to 80-84, and 85 and over.
BANDS = (*(f"aged_{age}_{age + 4}" for age in range(0, 85, 5)), "aged_85_plus")


def age_columns(staged: Staged, ids: AreaIds) -> dict[str, object]:
    """The columns of the table of ages; neighbourhoods that are not there are left out, and all where the census is not staged."""
    frame = staged.table(AGES, "lsoa21_code", *BANDS).drop_duplicates("lsoa21_code")
    areas = ids.of("lsoa21", frame["lsoa21_code"])
    is_known = areas.notna().to_numpy()
    bands = frame[list(BANDS)].to_numpy(dtype=np.int32)[is_known]
    return {"area_id": areas[is_known].to_numpy(dtype=np.int64), "bands": bands.tolist()}
