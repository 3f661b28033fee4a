"""Plan where to go, and write the plan's file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.operations.siting import make_plan
from geo.planning.plans import read_plan
from geo.planning.requests import PlanRequest


class Command(BaseCommand):
    """`plan_sites`."""

    help = (
        "Plan where vans or clinics go, by a request in JSON, and write the plan; or replay a plan's file and say whether it is the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A request or a plan, and where the plan is written."""
        asked = parser.add_mutually_exclusive_group(required=True)
        asked.add_argument("--request", type=Path, help="file with a request, see docs/reference/plans.md")
        asked.add_argument("--replay", type=Path, help="file of a plan that is to be made again")
        parser.add_argument("--out", type=Path, help="where the plan is written")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan, write, and say what came out."""
        try:
            known = read_plan(options["replay"].read_bytes()) if options["replay"] else None
            request = known.request if known else PlanRequest.from_json(json.loads(options["request"].read_text(encoding="utf-8")))
            plan = make_plan(request, lambda share, words: self.stderr.write(f"{share:4.0%} {words}"))
        except (HiidError, OSError, json.JSONDecodeError) as error:
            raise CommandError(str(error)) from error
        if options["out"]:
            options["out"].write_text(plan.write(), encoding="utf-8")
        for site in plan.sites:
            self.stdout.write(f"{site.id}  {site.name}  need {site.need or 'not told'}  weeks {site.weeks}")
        self.stdout.write(f"objective {plan.objective:,.6g}, bound {plan.bound:,.6g}, gap {plan.gap:.3%}, {plan.seconds:.1f} s")
        if known is not None:
            if not known.is_same(plan):
                raise CommandError("The plan is not the same as in the file: the release, the code or its definitions have changed.")
            self.stdout.write("The same plan.")
