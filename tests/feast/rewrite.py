"""Lets Feast go on with a registry that another program wrote: one write of each sort, each checked by reading back.

Usage: python rewrite.py SQLALCHEMY_URL PROJECT

Takes the first object of a kind by name: an entity gets a tag, a stream feature view a materialization, a feature
service is deleted. Of the feature views that are not pinned to a version it takes the one with the longest history: it
gets a feature, so a new version, one above the highest, and then a materialization. Last, the entity `written_by_feast`
is made. A kind that the project has none of is left out. Prints

    {"entity": {"name": NAME, "tags": {...}},
     "featureView": {"name": NAME, "version": NUMBER, "versions": [0, ..., NUMBER], "features": [NAME, ...],
                     "materializations": COUNT},
     "streamFeatureView": {"name": NAME, "materializations": COUNT},
     "featureService": {"name": NAME},
     "created": {"name": "written_by_feast"}}

and exits 1 with a traceback if Feast refuses something or reads back anything else.
"""

import sys
from datetime import datetime, timedelta, timezone
from typing import Any

from registry import open_sql, print_json
from feast import Entity, Field
from feast.errors import FeatureServiceNotFoundException
from feast.feature_view import FeatureView
from feast.infra.registry.sql import SqlRegistry
from feast.types import Int64
from feast.value_type import ValueType
from feast.version_utils import parse_version

START = datetime(2026, 6, 1, tzinfo=timezone.utc)


def rewrite(registry: SqlRegistry, project: str) -> dict[str, Any]:
    report: dict[str, Any] = {}
    if entity := first(registry.list_entities(project)):
        report["entity"] = retag(registry, project, entity)
    if view := longest_history(registry, project):
        report["featureView"] = grow(registry, project, view)
    if stream := first(registry.list_stream_feature_views(project)):
        report["streamFeatureView"] = {"name": stream.name, "materializations": materialize(registry, project, stream)}
    if service := first(registry.list_feature_services(project)):
        registry.delete_feature_service(service.name, project)
        try:
            registry.get_feature_service(service.name, project)
            raise SystemExit(f"feature service {service.name!r} is still there")
        except FeatureServiceNotFoundException:
            report["featureService"] = {"name": service.name}
    made = Entity(name="written_by_feast", value_type=ValueType.INT64, description="by Feast")
    registry.apply_entity(made, project)
    same(registry.get_entity(made.name, project), made)
    report["created"] = {"name": made.name}
    return report


def first(objects: list[Any]) -> Any | None:
    return min(objects, key=lambda each: each.name, default=None)


def longest_history(registry: SqlRegistry, project: str) -> FeatureView | None:
    unpinned = [view for view in registry.list_feature_views(project) if parse_version(view.version)[0]]
    lengths = {view.name: len(registry.list_feature_view_versions(view.name, project)) for view in unpinned}
    return min(unpinned, key=lambda view: (-lengths[view.name], view.name), default=None)


def retag(registry: SqlRegistry, project: str, entity: Entity) -> dict[str, Any]:
    created = entity.created_timestamp
    entity.tags = {**entity.tags, "rewritten_by": "feast"}
    registry.apply_entity(entity, project)
    stored = registry.get_entity(entity.name, project)
    same(stored, entity)
    same(stored.created_timestamp, created)
    return {"name": stored.name, "tags": stored.tags}


def grow(registry: SqlRegistry, project: str, view: FeatureView) -> dict[str, Any]:
    numbers = [each["version_number"] for each in registry.list_feature_view_versions(view.name, project)]
    expected = max(numbers, default=0) + 1
    view.features = [*view.features, Field(name="added_by_feast", dtype=Int64)]
    registry.apply_feature_view(view, project)
    stored = registry.get_feature_view(view.name, project)
    features = [feature.name for feature in view.features]
    same([feature.name for feature in stored.features], features)
    same(stored.current_version_number, expected)
    # A view without history has its old definition saved as version 0 first.
    versions = [each["version_number"] for each in registry.list_feature_view_versions(view.name, project)]
    same(versions, [*(numbers or [0]), expected])
    snapshot = registry.get_feature_view_by_version(view.name, project, expected)
    same([feature.name for feature in snapshot.features], features)
    return {
        "name": view.name,
        "version": expected,
        "versions": versions,
        "features": features,
        "materializations": materialize(registry, project, stored),
    }


def materialize(registry: SqlRegistry, project: str, view: FeatureView) -> int:
    before = list(view.materialization_intervals)
    registry.apply_materialization(view, project, START, START + timedelta(days=1))
    stored = registry.get_any_feature_view(view.name, project).materialization_intervals
    same(len(stored), len(before) + 1)
    same(stored[:-1], before)
    return len(stored)


def same(found: Any, expected: Any) -> None:
    if found != expected:
        raise SystemExit(f"read back {found!r} in place of {expected!r}")


if __name__ == "__main__":
    print_json(rewrite(open_sql(*sys.argv[1:]), sys.argv[2]))
