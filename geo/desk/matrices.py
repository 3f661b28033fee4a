"""Tables of measured minutes: those that a site keeps, and those that somebody sent for plans of their own."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from django.db import connection, transaction
from pyproj import Transformer

from geo.codes import normalise_postcode
from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.desk.owners import require_owner
from geo.errors import InputError, InvalidTable, Place, SourceError, TooManySaved, UnknownMatrix
from geo.models import Area, Postcode, TravelMatrix
from geo.planning.travel_files import MinutesTable, digest_of, read_minutes, read_sent_minutes

# So many of one owner are kept, and of everybody: the largest has 10 MB.
OF_ONE_OWNER, OF_EVERYBODY = 10, 400
LONGEST = {"name": 80, "mode": 80, "source": 200}
# A plan is made from neighbourhoods of 2021; a table from others could not be planned by.
GEOGRAPHY = "lsoa21"
# A lock of our own, so that two at once are counted one after the other.
_COUNTING = 4_812_2028


def keep_matrix(
    file: Path, *, name: str, mode: str, source: str, geography: str, leave_out: bool = False
) -> tuple[TravelMatrix, tuple[int, int]]:
    """Keep the table of a file of the site under a name, in place of an earlier one of that name; with the rows and places left out.

    mode: what one travels by; geography: the set of areas that its origins are of (their codes or names); leave_out: pass over areas and
    places that are not known. Raises SourceError.
    """
    found = read_minutes(file, areas=_areas(geography), leave_out=leave_out)
    told = {"name": name, "mode": mode, "source": source, "geography": geography}
    made = _made(file.name, found, told, leave_out=leave_out)
    with transaction.atomic():
        TravelMatrix.objects.filter(owner="", name=name).delete()
        made.save()
    return made, (found.left_out, len(found.destinations) - len(made.destinations))


def add_matrix(content: bytes, *, file: str, name: str, mode: str, source: str, owner: str) -> str:
    """Keep a table that somebody sent, for them; its id. The same table sent again is the one that is there.

    file: its name, for what is told of its faults; name: what its owner chooses it by; mode: what one travels by; source: who measured it.
    Origins are neighbourhoods (LSOA) of 2021. Raises InvalidTable with file, row, column, found and expected; InputError, TooManySaved.
    Nothing is kept of a table with a fault.
    """
    told = {key: _checked(key, text) for key, text in (("name", name), ("mode", mode), ("source", source))}
    try:
        found = read_sent_minutes(content, file, areas=_areas(GEOGRAPHY))
        made = _made(file, found, {**told, "geography": GEOGRAPHY})
    except SourceError as error:
        place = error.place
        where = ", ".join(
            filter(None, [place.file, f"row {place.row}" if place.row else "", f"column {place.column}" if place.column else ""])
        )
        raise InvalidTable(str(error), parameter=where, found=place.found, valid=(place.expected,)) from error
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COUNTING])
        there = TravelMatrix.objects.filter(owner=owner, digest=made.digest).only("id").first()
        if there is not None:
            return there.id
        _refuse_more(owner, told["name"])
        made.owner = owner
        made.save(force_insert=True)
    return made.id


def delete_matrix(key: str, *, owner: str | None) -> None:
    """Take a table away for good. Raises UnknownMatrix, NotYours."""
    with transaction.atomic():
        found = TravelMatrix.objects.select_for_update().filter(id=key).exclude(owner="").defer("minutes").first()
        if found is None:
            raise UnknownMatrix("There is no such table of minutes.", parameter="key", found=key)
        require_owner(found.owner, owner)
        found.delete()


def _refuse_more(owner: str, name: str) -> None:
    """Raise where no more may be kept, or the name is taken."""
    mine = TravelMatrix.objects.filter(owner=owner)
    if mine.filter(name=name).exists():
        raise InputError("You keep another table of this name.", parameter="name", found=name, valid=("another name, or delete that one",))
    if (count := mine.count()) >= OF_ONE_OWNER:
        raise TooManySaved(f"{count} tables of yours are kept already. Delete one that is not needed any more.")
    if TravelMatrix.objects.count() >= OF_EVERYBODY:
        raise TooManySaved("No more tables can be kept here at the moment.")


def _areas(geography: str) -> dict[str, str]:
    """What may stand for an area: its code or its name -> its code."""
    known = list(Area.objects.filter(geography__slug=geography, centroid_27700__isnull=False).values_list("code", "name"))
    return {name: code for code, name in known} | {code: code for code, _ in known}


def _made(file: str, found: MinutesTable, told: Mapping[str, str], *, leave_out: bool = False) -> TravelMatrix:
    """The row of a table, not yet kept. Raises SourceError for a place that is nowhere."""
    points, there = _points(file, found, leave_out)
    minutes = found.table[:, there].astype("<f4").tobytes()
    destinations = [found.destinations[number] for number in there]
    digest = digest_of((told["geography"], told["mode"], told["source"]), found.areas, destinations, points, minutes)
    return TravelMatrix(
        **told, origins=list(found.areas), destinations=destinations, points=points.tolist(), minutes=minutes, digest=digest
    )


def _points(file: str, found: MinutesTable, leave_out: bool) -> tuple[np.ndarray, list[int]]:
    """Eastings and northings of the destinations, from the file or from the postcodes that they are named by, and which these are."""
    everyone = list(range(len(found.destinations)))
    if found.points is not None:
        latitude, longitude = np.array(found.points).T
        to_grid = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
        return np.column_stack(to_grid.transform(longitude, latitude)), everyone
    codes = [normalise_postcode(name) or "" for name in found.destinations]
    rows = Postcode.objects.filter(postcode__in=codes, easting__isnull=False).values_list("postcode", "easting", "northing")
    at = {postcode: (east, north) for postcode, east, north in rows}
    there = [number for number in everyone if codes[number] in at]
    if not there or (len(there) < len(everyone) and not leave_out):
        name = found.destinations[next(number for number in everyone if codes[number] not in at)]
        expected = "a live postcode of England, or a file with latitude and longitude"
        raise SourceError("unknown_code", Place(file, column=name, found=name, expected=expected))
    return np.array([at[codes[number]] for number in there], dtype=float), there


def _checked(key: str, text: str) -> str:
    words = " ".join(text.split())
    if not words or len(words) > LONGEST[key] or not words.isprintable():
        wanted = f"1 to {LONGEST[key]} printable characters"
        raise InputError(f"{key}: {wanted} are wanted.", parameter=key, found=words[:60] or "nothing", valid=(wanted,))
    return words
