"""Opens registries with Feast's own classes and turns what they hold into comparable JSON.

Not a registry client of ours: everything here is Feast 0.67 and SQLAlchemy.
"""

import environment  # noqa: F401  first
import hashlib
import json
from pathlib import Path
from typing import Any, Iterator

import dill
from feast.infra.registry import sql
from feast.infra.registry.registry import Registry
from feast.infra.registry.sql import SqlRegistry, SqlRegistryConfig
from feast.protos.feast.core.DataSource_pb2 import DataSource
from feast.protos.feast.core.Entity_pb2 import Entity
from feast.protos.feast.core.FeatureService_pb2 import FeatureService
from feast.protos.feast.core.FeatureView_pb2 import FeatureView
from feast.protos.feast.core.InfraObject_pb2 import Infra
from feast.protos.feast.core.LabelView_pb2 import LabelView
from feast.protos.feast.core.OnDemandFeatureView_pb2 import OnDemandFeatureView
from feast.protos.feast.core.Permission_pb2 import Permission
from feast.protos.feast.core.Project_pb2 import Project
from feast.protos.feast.core.SavedDataset_pb2 import SavedDataset
from feast.protos.feast.core.StreamFeatureView_pb2 import StreamFeatureView
from feast.protos.feast.core.ValidationProfile_pb2 import ValidationReference
from feast.repo_config import RegistryConfig
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from sqlalchemy import Engine, Row, Table, create_engine

# The message in each table's `..._proto` column; None: the row's `feature_view_type` says which.
BLOBS: dict[str, type[Message] | None] = {
    "projects": Project,
    "entities": Entity,
    "data_sources": DataSource,
    "feature_views": FeatureView,
    "stream_feature_views": StreamFeatureView,
    "on_demand_feature_views": OnDemandFeatureView,
    "label_views": LabelView,
    "feature_services": FeatureService,
    "saved_datasets": SavedDataset,
    "validation_references": ValidationReference,
    "permissions": Permission,
    "managed_infra": Infra,
    "feature_view_version_history": None,
}
VIEW_TYPES: dict[str, type[Message]] = {
    "feature_view": FeatureView,
    "stream_feature_view": StreamFeatureView,
    "on_demand_feature_view": OnDemandFeatureView,
    "label_view": LabelView,
}


def open_sql(url: str, project: str) -> SqlRegistry:
    """Feast's registry on a database. It rebuilds its cache after each write; readers here never ask the cache."""
    return SqlRegistry(SqlRegistryConfig(path=url, cache_ttl_seconds=0), project, None)


def open_file(path: str, project: str) -> Registry:
    """Feast's registry on a protobuf file, which it creates when missing."""
    return Registry(project, RegistryConfig(path=str(Path(path).resolve())), None)


def connect(url: str) -> Engine:
    """The database itself, with the driver Feast would take for this URL."""
    return create_engine(SqlRegistryConfig(path=url).path)


def tables() -> list[Table]:
    """The fourteen tables of a registry, by name."""
    return sorted(sql.metadata.tables.values(), key=lambda table: table.name)


def blob_column(table: Table) -> str | None:
    return next((column.name for column in table.columns if column.name.endswith("_proto")), None)


def blob_message(table: Table, row: Row[Any]) -> type[Message]:
    return BLOBS[table.name] or VIEW_TYPES[row._mapping["feature_view_type"]]


def nested(message: Message) -> Iterator[tuple[str, Message]]:
    """Every message inside `message` with its path, depth first, itself first under the empty path."""

    def walk(path: str, node: Message) -> Iterator[tuple[str, Message]]:
        yield path, node
        for field, value in node.ListFields():
            if field.type != field.TYPE_MESSAGE:
                continue
            step = f"{path}.{field.name}".lstrip(".")
            if field.message_type.GetOptions().map_entry:
                if field.message_type.fields_by_name["value"].type == field.TYPE_MESSAGE:
                    for key in sorted(value):
                        yield from walk(f"{step}[{key}]", value[key])
            elif field.is_repeated:
                for index, item in enumerate(value):
                    yield from walk(f"{step}[{index}]", item)
            else:
                yield from walk(step, value)

    return walk("", message)


def canonical(message: Message) -> dict[str, Any]:
    """Protobuf JSON of an object as Feast hands it out, without what Feast makes up anew at each reading.

    * Feast stamps an embedded data source that carries no `meta` with the present time: `meta` is left out of all of
      them (not of a data source that is itself the object).
    * `body` of a function is a pickle of a callable that Feast may have rebuilt from source text: in its place stands
      the SHA-256 of the loaded callable's bytecode. So a body that does not load fails here.
    * Feast writes the `features` of a stream feature view in the order of a Python set: they are sorted by name.
    """
    copy = type(message)()
    copy.CopyFrom(message)
    for path, node in nested(copy):
        if isinstance(node, DataSource) and path:
            node.ClearField("meta")
        body = node.DESCRIPTOR.fields_by_name.get("body")
        if body is not None and node.body:
            node.body = hashlib.sha256(dill.loads(node.body).__code__.co_code).digest()
    if isinstance(copy, StreamFeatureView):
        copy.spec.features.sort(key=lambda feature: feature.name)
    return MessageToDict(copy)


def print_json(document: Any) -> None:
    print(json.dumps(document, indent=1, sort_keys=True))
