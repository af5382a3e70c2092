"""Feast's own command line on a repository whose registry is a registry server (`registry_type: remote`).

Usage: python commands.py ADDRESS FOLDER

Makes the repository in FOLDER, an empty folder, and runs the commands below in this order, in this process. Prints
{"COMMAND": {"code": EXIT_CODE, "output": TEXT}}, a command that is run again under a name with a number.
"""

import environment  # noqa: F401  first
import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click
import pandas as pd
from registry import print_json
from click.testing import CliRunner
from feast.cli.cli import cli

CONFIGURATION = """
project: rides
provider: local
registry:
  registry_type: remote
  path: {address}
online_store:
  type: sqlite
  path: online.db
entity_key_serialization_version: 3
"""

DEFINITIONS = '''
from datetime import timedelta
import pandas as pd
from feast import Entity, FeatureService, FeatureView, Field, FileSource, Project, RequestSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.permissions.action import AuthzedAction
from feast.permissions.permission import Permission
from feast.permissions.policy import RoleBasedPolicy
from feast.types import Float64, Int64

rides = Project(name="rides", description="Rides of all cities")
driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64, description="A driver")
stats_file = FileSource(name="stats_file", path="stats.parquet", timestamp_field="ts")
driver_stats = FeatureView(
    name="driver_stats",
    entities=[driver],
    ttl=timedelta(days=3650),
    schema=[Field(name="trips", dtype=Int64), Field(name="rating", dtype=Float64)],
    source=stats_file,
    tags={"team": "rides"},
)
request = RequestSource(name="request", schema=[Field(name="factor", dtype=Int64)])

@on_demand_feature_view(sources=[driver_stats, request], schema=[Field(name="weighted", dtype=Int64)])
def weighted_stats(inputs: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"weighted": inputs["trips"] * inputs["factor"]})

ranking = FeatureService(name="ranking", features=[driver_stats[["trips"]], weighted_stats])
readers = Permission(name="readers", types=[FeatureView], actions=[AuthzedAction.DESCRIBE], policy=RoleBasedPolicy(["reader"]))
'''

COMMANDS = """
apply
plan
apply
projects list
projects describe rides
entities list
entities describe driver
data-sources list
data-sources describe stats_file
feature-views list
feature-views list --tags team:rides
feature-views describe driver_stats
on-demand-feature-views list
on-demand-feature-views describe weighted_stats
stream-feature-views list
label-views list
features list
features describe trips
feature-services list
feature-services describe ranking
saved-datasets list
validation-references list
permissions list
permissions describe readers
materialize 2026-01-01T00:00:00 2026-01-02T00:00:00
feature-views describe driver_stats
entities describe nobody
registry-dump
delete ranking
feature-services list
teardown
projects list
"""


def main(address: str, folder: str) -> None:
    os.chdir(folder)
    Path("feature_store.yaml").write_text(CONFIGURATION.format(address=address))
    Path("definitions.py").write_text(DEFINITIONS)
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    rows = {"driver_id": [1], "trips": [7], "rating": [4.5], "ts": [noon]}
    pd.DataFrame(rows).to_parquet("stats.parquet")
    report: dict[str, Any] = {}
    for command in COMMANDS.split("\n")[1:-1]:
        result = CliRunner().invoke(cli, command.split())
        name = command if command not in report else f"{command} 2"
        error = [] if result.exception is None or isinstance(result.exception, SystemExit) else [repr(result.exception)]
        report[name] = {"code": result.exit_code, "output": "\n".join([click.unstyle(result.output), *error])}
    print_json(report)


if __name__ == "__main__":
    main(*sys.argv[1:])
