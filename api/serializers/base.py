"""Short names for fields that are told and never read, and the envelope of lists."""

from typing import Any

from rest_framework import serializers

REASONS = ("no_data", "suppressed", "not_collected", "out_of_scope", "no_match")


def text(help_text: str = "", *, source: str | None = None, is_nullable: bool = False) -> serializers.CharField:
    """A text."""
    return serializers.CharField(help_text=help_text, source=source, allow_null=is_nullable, read_only=True)


def number(help_text: str = "", *, source: str | None = None) -> serializers.FloatField:
    """A number, or null."""
    return serializers.FloatField(help_text=help_text, source=source, allow_null=True, read_only=True)


def whole(help_text: str = "", *, source: str | None = None, is_nullable: bool = False) -> serializers.IntegerField:
    """A whole number."""
    return serializers.IntegerField(help_text=help_text, source=source, allow_null=is_nullable, read_only=True)


def yes_no(help_text: str = "", *, source: str | None = None) -> serializers.BooleanField:
    """True or false."""
    return serializers.BooleanField(help_text=help_text, source=source, read_only=True)


def choice(
    choices: tuple[str, ...], help_text: str = "", *, source: str | None = None, is_nullable: bool = False
) -> serializers.ChoiceField:
    """One of a few words."""
    return serializers.ChoiceField(choices=choices, help_text=help_text, source=source, allow_null=is_nullable, read_only=True)


def moment(help_text: str = "", *, is_nullable: bool = False) -> serializers.DateTimeField:
    """A date and time with its offset."""
    return serializers.DateTimeField(help_text=help_text, allow_null=is_nullable, read_only=True)


def day(help_text: str = "") -> serializers.DateField:
    """A date, or null."""
    return serializers.DateField(help_text=help_text, allow_null=True, read_only=True)


def texts(help_text: str = "", *, source: str | None = None) -> serializers.ListField:
    """A list of texts."""
    return serializers.ListField(child=serializers.CharField(), help_text=help_text, source=source, read_only=True)


def bounds(help_text: str = "west, south, east, north in degrees (EPSG:4326)") -> serializers.ListField:
    """A box, or null."""
    return serializers.ListField(
        child=serializers.FloatField(), min_length=4, max_length=4, help_text=help_text, allow_null=True, read_only=True
    )


class Told(serializers.Serializer[Any]):
    """What every answer says of the release that it comes from."""

    release = text("Release that the answer comes from; null before the first is published.", is_nullable=True)
    is_synthetic = serializers.BooleanField(
        help_text="Whether the release holds stand-ins or generated sources; null without a release.", allow_null=True, read_only=True
    )


class Envelope(Told):
    """A page of a list."""

    count = whole("How many match in all.")
    next = text("Address of the next page.", is_nullable=True)
    previous = text("Address of the page before.", is_nullable=True)
    reason = choice(REASONS, "Why the list is empty, or why nothing in it has a value; null otherwise.", is_nullable=True)


def list_of(item: type[serializers.Serializer[Any]], **more: serializers.Field[Any, Any, Any, Any]) -> type[Envelope]:
    """The envelope with results of this kind."""
    name = item.__name__.removesuffix("Serializer") + "List"
    fields: dict[str, Any] = {
        "results": item(many=True, read_only=True),
        **more,
        "__doc__": f"A page of {item.__name__}.",
        "__module__": __name__,
    }
    return type(name, (Envelope,), fields)
