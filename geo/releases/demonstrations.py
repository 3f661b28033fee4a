"""What a synthetic release is there to show: the stories that its world was planted with, each with its use and where to look.

Facts (stories, districts, systems, seed, edition) are those of the manifest; words those of geo/definitions/synthetic/demonstrations.yaml.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from geo.models import Area
from geo.releases.definitions import Definition
from geo.yamlfiles import read_yaml

FILE = Path(__file__).parent.parent / "definitions" / "synthetic" / "demonstrations.yaml"


def demonstrations_of(manifest: Mapping[str, Any], definitions: Iterable[Definition]) -> list[dict[str, Any]]:
    """One for each story of the world, in the order of the words: story, title, use, look, edition, districts and indicators.

    districts: code and name. indicators: slug and short title of those that the release defines. Empty for a null world, and for a
    manifest that does not say what was planted.
    """
    planted: Mapping[str, Any] = manifest.get("stories", {})
    served = {definition.measure["indicator"]: definition for definition in definitions if "indicator" in definition.measure}
    codes = {code for story in planted.values() for code in story["districts"]}
    names = dict(Area.objects.filter(geography__slug="lad24", code__in=codes).values_list("code", "name"))
    return [
        {
            "story": slug,
            "title": planted[slug]["title"],
            "use": words["use"],
            "look": words["look"],
            "edition": words.get("editions", {}).get(manifest.get("edition"), ""),
            "districts": [{"code": code, "name": names.get(code, code)} for code in planted[slug]["districts"]],
            "indicators": [{"slug": served[one].slug, "title": served[one].short_title} for one in words["indicators"] if one in served],
        }
        for slug, words in read_yaml(FILE).items()
        if slug in planted
    ]
