"""Prints all that Feast reads from a registry, as one JSON document. Changes nothing but what opening one writes.

Usage: python read.py SQLALCHEMY_URL PROJECT          through the getters and listers of Feast's SqlRegistry
       python read.py --raw SQLALCHEMY_URL            the stored rows of all fourteen tables, no Feast objects

Without --raw (for a protobuf file: `snapshot.py --read`, the same document):

    {"feast": "0.67.0",
     "project": PROJECT,
     "projects": [NAME, ...],                          all of the registry, sorted
     "objects": {KIND: {NAME: OBJECT}},                KIND: Project (holds PROJECT only), Entity, DataSource,
                                                       FeatureView, StreamFeatureView, OnDemandFeatureView, LabelView,
                                                       FeatureService, SavedDataset, ValidationReference, Permission
     "versions": {VIEW: [{"number": 0, "type": "feature_view", "created": "2026-01-01T00:00:00+00:00",
                          "versionId": UUID, "definition": OBJECT}]},              views with history only
     "current": {VIEW: NUMBER or null},                Feast's current_version_number
     "materializations": {VIEW: [[START, END]]},       ISO 8601 with microseconds; views with intervals only
     "userMetadata": {VIEW: BASE64},                   views with bytes only
     "projectMetadata": {KEY: VALUE},
     "infra": OBJECT}

OBJECT is the protobuf JSON of Feast's Python object as `registry.canonical` makes it (it names three differences from
the plain form). Objects carry no project, for Feast drops it on reading. Each object is both listed and fetched by
name, and the program fails when the two differ. An object that Feast cannot decode is a traceback.

With --raw, byte columns decoded but nothing rebuilt, rows ordered by primary key:

    {TABLE: [{COLUMN: VALUE, ...}]}

A `..._proto` column is {"message": "feast.core.Entity", "json": {...}, "unknown": [FIELD, ...], "bytes": LENGTH} with
FIELD = {"path": "spec.features[0]", "number": 20001, "wire": 0, "value": 7 or BASE64}, path "" at the top; or
{"error": TEXT, "bytes": LENGTH} when it does not parse. Other bytes are BASE64, NULL is null.
"""

import base64
import sys
from datetime import datetime, timezone
from importlib.metadata import version
from typing import Any, Callable

from registry import blob_column, blob_message, canonical, connect, nested, open_sql, print_json, tables
from feast.base_feature_view import BaseFeatureView
from feast.infra.registry.base_registry import BaseRegistry
from feast.infra.registry.sql import SqlRegistry, feast_metadata
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet
from sqlalchemy import select


def document(registry: BaseRegistry, project: str) -> dict[str, Any]:
    views = registry.list_all_feature_views(project)
    intervals = {view.name: getattr(view, "materialization_intervals", []) for view in views}
    return {
        "feast": version("feast"),
        "project": project,
        "projects": sorted(each.name for each in registry.list_projects()),
        "objects": objects(registry, project),
        "versions": {view.name: found for view in views if (found := versions(registry, project, view))},
        "current": {view.name: view.current_version_number for view in views},
        "materializations": {
            name: [[moment(start), moment(end)] for start, end in found] for name, found in intervals.items() if found
        },
        "userMetadata": {
            view.name: text(found) for view in views if (found := registry.get_user_metadata(project, view))
        },
        "projectMetadata": project_metadata(registry, project),
        "infra": canonical(registry.get_infra(project).to_proto()),
    }


def objects(registry: BaseRegistry, project: str) -> dict[str, dict[str, Any]]:
    kinds: dict[str, tuple[Callable[..., list[Any]], Callable[..., Any]]] = {
        "Entity": (registry.list_entities, registry.get_entity),
        "DataSource": (registry.list_data_sources, registry.get_data_source),
        "FeatureView": (registry.list_feature_views, registry.get_feature_view),
        "StreamFeatureView": (registry.list_stream_feature_views, registry.get_stream_feature_view),
        "OnDemandFeatureView": (registry.list_on_demand_feature_views, registry.get_on_demand_feature_view),
        "LabelView": (registry.list_label_views, registry.get_label_view),
        "FeatureService": (registry.list_feature_services, registry.get_feature_service),
        "SavedDataset": (registry.list_saved_datasets, registry.get_saved_dataset),
        "ValidationReference": (registry.list_validation_references, registry.get_validation_reference),
        "Permission": (registry.list_permissions, registry.get_permission),
    }
    result = {"Project": {project: canonical(registry.get_project(project).to_proto())}}
    for kind, (lister, getter) in kinds.items():
        result[kind] = {each.name: canonical(each.to_proto()) for each in lister(project)}
        for name, listed in result[kind].items():
            fetched = canonical(getter(name, project).to_proto())
            if fetched != listed:
                raise SystemExit(f"{kind} {name!r} differs between list and get:\n{listed}\n{fetched}")
    return result


def versions(registry: BaseRegistry, project: str, view: BaseFeatureView) -> list[dict[str, Any]]:
    return [
        {
            "number": each["version_number"],
            "type": each["feature_view_type"],
            "created": in_utc(each["created_timestamp"]).isoformat(timespec="seconds"),
            "versionId": each["version_id"],
            "definition": canonical(
                registry.get_feature_view_by_version(view.name, project, each["version_number"]).to_proto()
            ),
        }
        for each in registry.list_feature_view_versions(view.name, project)
    ]


def in_utc(time: datetime) -> datetime:
    """A time of a version. Those in files are UTC without saying so, those in databases whole seconds."""
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)


def project_metadata(registry: BaseRegistry, project: str) -> dict[str, str | None]:
    """Feast can get a key but not list them: a database is asked for its keys, a file only has the project's id."""
    if not isinstance(registry, SqlRegistry):
        found = registry.list_project_metadata(project)
        return {"project_uuid": found[0].project_uuid} if found else {}
    query = select(feast_metadata.c.metadata_key).where(feast_metadata.c.project_id == project)
    with registry.read_engine.connect() as connection:
        keys = connection.execute(query).scalars().all()
    return {key: registry.get_project_metadata(project, key) for key in keys}


def raw(url: str) -> dict[str, list[dict[str, Any]]]:
    result = {}
    with connect(url).connect() as connection:
        for table in tables():
            blob = blob_column(table)
            rows = []
            for row in connection.execute(select(table)):
                values: dict[str, Any] = dict(row._mapping)
                if blob:
                    values[blob] = decoded(blob_message(table, row), values[blob])
                rows.append({name: text(value) for name, value in values.items()})
            keys = [column.name for column in table.primary_key]
            result[table.name] = sorted(rows, key=lambda each: [each[key] for key in keys])
    return result


def decoded(message_type: type[Message], blob: bytes) -> dict[str, Any]:
    try:
        message = message_type.FromString(blob)
    except DecodeError as error:
        return {"error": str(error), "bytes": len(blob)}
    return {
        "message": message_type.DESCRIPTOR.full_name,
        "json": MessageToDict(message),
        "unknown": [
            {"path": path, "number": field.field_number, "wire": field.wire_type, "value": text(field.data)}
            for path, node in nested(message)
            for field in UnknownFieldSet(node)
        ],
        "bytes": len(blob),
    }


def moment(value: datetime) -> str:
    """Feast returns intervals in UTC, from some calls without saying so."""
    return value.replace(tzinfo=timezone.utc).isoformat(timespec="microseconds")


def text(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


if __name__ == "__main__":
    if sys.argv[1] == "--raw":
        print_json(raw(sys.argv[2]))
    else:
        print_json(document(open_sql(*sys.argv[1:3]), sys.argv[2]))
