"""One writer process: what tests/examples/writer.rs does, through Feast's SqlRegistry.

Usage: python writer.py SQLALCHEMY_URL JOB WORKER COUNT

Jobs: `prepare`, `materialize`, `version`, `tag`; and `read`, which prints what is stored: of the shared
view the starts of its intervals, the features of its versions and its tag.
"""

import json
import sys
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from registry import open_sql
from feast import Entity, FeatureView, Field, FileSource
from feast.infra.registry.sql import SqlRegistry
from feast.types import Float64, Int64

PROJECT = "load"
SHARED = "shared"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def view(features: list[str] = [], tag: str = "") -> FeatureView:
    schema = [Field(name="id", dtype=Int64), *(Field(name=each, dtype=Float64) for each in ["rate", *features])]
    source = FileSource(name="events", path="events.parquet", timestamp_field="at")
    entity = Entity(name="driver", join_keys=["id"])
    return FeatureView(name=SHARED, entities=[entity], schema=schema, source=source, tags={"last": tag})


def materialize(registry: SqlRegistry, worker: int, step: int) -> dict[str, Any]:
    second = worker * 1_000_000 + step
    start = EPOCH + timedelta(seconds=second)
    registry.apply_materialization(view(), PROJECT, start, start + timedelta(seconds=1))
    return {"view": SHARED, "start": second}


def version(registry: SqlRegistry, worker: int, step: int) -> dict[str, Any]:
    feature = f"f{worker}_{step}"
    registry.apply_feature_view(view([feature]), PROJECT)
    return {"feature": feature}


def tag(registry: SqlRegistry, worker: int, step: int) -> dict[str, Any]:
    tag = f"{worker}_{step}"
    found = registry.get_feature_view(SHARED, PROJECT).tags["last"]
    registry.apply_feature_view(view(tag=tag), PROJECT)
    return {"view": SHARED, "tag": tag, "found": found}


JOBS = {"materialize": materialize, "version": version, "tag": tag}


def read(registry: SqlRegistry) -> dict[str, Any]:
    active = registry.get_feature_view(SHARED, PROJECT)
    numbers = [each["version_number"] for each in registry.list_feature_view_versions(SHARED, PROJECT)]
    versions = [registry.get_feature_view_by_version(SHARED, PROJECT, number) for number in numbers]
    return {
        "materialize": [int(start.timestamp()) for start, _ in active.materialization_intervals],
        "version": [field.name for each in versions for field in each.features if field.name != "rate"],
        "tag": [active.tags["last"]],
    }


def say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def main(url: str, job: str, worker: int, count: int) -> None:
    registry = open_sql(url, PROJECT)
    if job == "prepare":
        return registry.apply_feature_view(view(), PROJECT)
    if job == "read":
        return say(read(registry))
    change = JOBS[job]
    say({"ready": True})
    sys.stdin.readline()
    begun = time.monotonic()
    for step in range(count):
        try:
            say({"acked": change(registry, worker, step)})
        except Exception as error:
            say({"failed": f"{type(error).__name__}: {error}"})
    say({"ended": {"seconds": time.monotonic() - begun}})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
