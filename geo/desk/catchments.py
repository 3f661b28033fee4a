"""Saving a catchment, changing it, and taking it away; only whoever made it may change it."""

from collections.abc import Sequence

from django.db import connection, transaction

from geo.desk.owners import require_owner
from geo.errors import InputError, TooManySaved, UnknownCatchment
from geo.models import Catchment

# So many of one owner are kept, and of everybody: one of all England has 340 kB.
OF_ONE_OWNER, OF_EVERYBODY = 100, 20_000
LONGEST_NAME = 120
# A lock of our own, so that two at once are counted one after the other.
_COUNTING = 4_812_2027


def add_catchment(name: str, atoms: Sequence[str], *, vintage: int, owner: str) -> str:
    """Save a set of neighbourhoods; its id. atoms: codes that exist, ascending, each once. Raises InputError, TooManySaved."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COUNTING])
        if (mine := Catchment.objects.filter(owner=owner).count()) >= OF_ONE_OWNER:
            raise TooManySaved(f"{mine} catchments of yours are saved already. Delete one that is not needed any more.")
        if Catchment.objects.count() >= OF_EVERYBODY:
            raise TooManySaved("No more catchments can be saved here at the moment.")
        return Catchment.objects.create(owner=owner, name=_checked(name), vintage=vintage, atoms=list(atoms)).id


def change_catchment(key: str, *, owner: str | None, name: str | None = None, atoms: Sequence[str] | None = None) -> None:
    """Give another name, other neighbourhoods, or both. Raises UnknownCatchment, NotYours, InputError."""
    with transaction.atomic():
        found = _mine(key, owner)
        found.name = found.name if name is None else _checked(name)
        found.atoms = found.atoms if atoms is None else list(atoms)
        found.save(update_fields=["name", "atoms", "changed_at"])


def delete_catchment(key: str, *, owner: str | None) -> None:
    """Take a catchment away for good. Raises UnknownCatchment, NotYours."""
    with transaction.atomic():
        _mine(key, owner).delete()


def _mine(key: str, owner: str | None) -> Catchment:
    found = Catchment.objects.select_for_update().filter(id=key).first()
    if found is None:
        raise UnknownCatchment("There is no such catchment.", parameter="key", found=key)
    require_owner(found.owner, owner)
    return found


def _checked(name: str) -> str:
    text = " ".join(name.split())
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        wanted = f"1 to {LONGEST_NAME} printable characters"
        raise InputError(f"name: {wanted} are wanted.", parameter="name", found=name[:60], valid=(wanted,))
    return text
