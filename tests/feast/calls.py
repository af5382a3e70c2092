"""Plays calls to a registry server, Feast's or ours, and prints what it answers, in a form in which two can be compared.

Usage: python calls.py --read ADDRESS PROJECT SEED COUNT   every reading method on what is there, then COUNT random ones
       python calls.py --write ADDRESS PROJECT             every writing method, good and bad

Prints [{"method": NAME, "request": OBJECT, "answer": OBJECT or "error": [CODE, CLASS]}]. The calls depend on nothing but
what is stored, and SEED. In answers is left out what says nothing of the server: what `registry.canonical` names, the
bytes of functions, the project of an object, a time to live of 0, and the order of a list unless the request asks for one
by name.
"""

import json
import random
import sys
from typing import Any, Callable, Iterator

import grpc
import project as define
from registry import nested, print_json
from sources import customer, data_sources, driver, entities
from views import driver_stats, views
from feast.protos.feast.core.DataSource_pb2 import DataSource
from feast.protos.feast.core.StreamFeatureView_pb2 import StreamFeatureView
from feast.protos.feast.registry import RegistryServer_pb2 as rpc
from feast.protos.feast.registry.RegistryServer_pb2_grpc import RegistryServerStub
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

# Singular, plural, and the attribute under which a list has them.
KINDS = {
    "Entity": ("Entities", "entities"),
    "DataSource": ("DataSources", "data_sources"),
    "FeatureView": ("FeatureViews", "feature_views"),
    "StreamFeatureView": ("StreamFeatureViews", "stream_feature_views"),
    "OnDemandFeatureView": ("OnDemandFeatureViews", "on_demand_feature_views"),
    "LabelView": ("LabelViews", "label_views"),
    "FeatureService": ("FeatureServices", "feature_services"),
    "SavedDataset": ("SavedDatasets", "saved_datasets"),
    "ValidationReference": ("ValidationReferences", "validation_references"),
    "Permission": ("Permissions", "permissions"),
}
TYPES = ["dataSource", "entity", "featureView", "labelView", "featureService", "feature", "savedDataset"]
Call = tuple[str, Message]


class Server:
    def __init__(self, address: str):
        options = [("grpc.max_receive_message_length", -1)]
        self.stub = RegistryServerStub(grpc.insecure_channel(address, options=options))

    def play(self, method: str, request: Message) -> dict[str, Any]:
        told: dict[str, Any] = {"method": method, "request": MessageToDict(request)}
        try:
            told["answer"] = comparable(getattr(self.stub, method)(request), request)
        except grpc.RpcError as error:
            told["error"] = [error.code().name, exception(error.details())]
        return told

    def names(self, kind: str, project: str) -> list[str]:
        plural, field = KINDS[kind]
        answer = getattr(self.stub, f"List{plural}")(message(f"List{plural}Request", project=project))
        return sorted(getattr(each, "spec", each).name or each.name for each in getattr(answer, field))


def exception(details: str) -> str | None:
    try:
        return json.loads(details)["class"]
    except ValueError:
        return None


def message(of: str, /, **fields: Any) -> Message:
    return getattr(rpc, of)(**fields)


def comparable(answer: Message, request: Message) -> Any:
    for path, node in nested(answer):
        if isinstance(node, DataSource) and path.count(".") + bool(path) > 1:
            node.ClearField("meta")
        if "project" in node.DESCRIPTOR.fields_by_name and node.DESCRIPTOR.full_name.startswith("feast.core."):
            node.ClearField("project")
        # Feast's server runs the text of a function and pickles what comes of it.
        if "body" in node.DESCRIPTOR.fields_by_name and node.body:
            node.body = b"a function"
        # Feast's server fills in the default.
        if "ttl" in node.DESCRIPTOR.fields_by_name and not node.ttl.ByteSize():
            node.ClearField("ttl")
        if isinstance(node, StreamFeatureView):
            node.spec.features.sort(key=lambda feature: feature.name)
    told = MessageToDict(answer)
    ordered = getattr(request, "sorting", None) is not None and request.sorting.sort_by == "name"
    return told if ordered else unordered(told)


def unordered(answer: dict[str, Any]) -> dict[str, Any]:
    """Lists at the top of an answer, sorted by their text."""
    return {
        name: sorted(value, key=lambda each: json.dumps(each, sort_keys=True)) if isinstance(value, list) else value
        for name, value in answer.items()
    }


def scripted(server: Server, project: str) -> Iterator[Call]:
    for kind, (plural, _) in KINDS.items():
        for name in [*server.names(kind, project), "none", ""]:
            for cached in (False, True):
                yield f"Get{kind}", message(f"Get{kind}Request", name=name, project=project, allow_cache=cached)
        listed = f"List{plural}Request"
        for fields in (
            {},
            {"allow_cache": True},
            {"tags": {"team": "ranking"}},
            {"tags": {"team": "ranking", "none": ""}},
            {"sorting": {"sort_by": "name"}},
            {"sorting": {"sort_by": "name", "sort_order": "DESC"}, "pagination": {"page": 1, "limit": 2}},
            {"sorting": {"sort_by": "name"}, "pagination": {"page": 2, "limit": 1}},
            {"sorting": {"sort_by": "name"}, "pagination": {"page": 99, "limit": 3}},
            {"sorting": {"sort_by": "unknown", "sort_order": "desc"}},
            {"pagination": {"page": -1, "limit": 3}},
        ):
            yield f"List{plural}", message(listed, project=project, **fields)
            yield f"List{plural}", message(listed, project="none", **fields)
    for view in [each.name for each in views] + ["none"]:
        yield "GetAnyFeatureView", message("GetAnyFeatureViewRequest", name=view, project=project)
        yield "ListFeatures", message("ListFeaturesRequest", project=project, feature_view=view)
        yield "ListFeatureServices", message("ListFeatureServicesRequest", project=project, feature_view=view)
        for name in ("trips", "none"):
            yield "GetFeature", message("GetFeatureRequest", project=project, feature_view=view, name=name)
    for fields in filters():
        yield "ListAllFeatureViews", message("ListAllFeatureViewsRequest", project=project, **fields)
    for fields in ({}, {"kind": "label"}, {"kind": "feature"}, {"name": "trips"}, {"kind": "none"}):
        yield "ListFeatures", message("ListFeaturesRequest", project=project, **fields)
    for fields in ({"namespace": "ranking"}, {"collection": "2026"}, {"namespace": "none"}):
        yield "ListSavedDatasets", message("ListSavedDatasetsRequest", project=project, **fields)
    yield "GetRegistryLineage", message("GetRegistryLineageRequest", project=project)
    yield "GetRegistryLineage", message("GetRegistryLineageRequest", project="none")
    for name in ("driver", "driver_stats", "driver_file", "ranking", "driver_labels", "none"):
        for kind in [*TYPES, "none"]:
            fields = {"filter_object_type": kind, "filter_object_name": name}
            yield "GetRegistryLineage", message("GetRegistryLineageRequest", project=project, **fields)
            for indirect in (False, True):
                fields = {"object_type": kind, "object_name": name, "include_indirect": indirect}
                yield "GetObjectRelationships", message("GetObjectRelationshipsRequest", project=project, **fields)
    for name in (project, f"{project}_other", "none", ""):
        yield "GetProject", message("GetProjectRequest", name=name)
        yield "GetInfra", message("GetInfraRequest", project=name)
        yield "ListProjectMetadata", message("ListProjectMetadataRequest", project=name)
        yield "Refresh", message("RefreshRequest", project=name)
    yield "ListProjects", message("ListProjectsRequest", sorting={"sort_by": "name"})
    yield "ListProjects", message("ListProjectsRequest", tags={"env": "test"})
    yield "Proto", Empty()
    yield "Commit", Empty()


def filters() -> list[dict[str, Any]]:
    return [
        {},
        {"entity": "driver"},
        {"entity": "__dummy"},
        {"entity": "none"},
        {"feature": "trips"},
        {"feature_service": "ranking"},
        {"feature_service": "none"},
        {"data_source": "driver_file"},
        {"data_source": "trip_request"},
        {"entity": "driver", "feature_service": "ranking"},
        {"tags": {"team": "ranking"}},
        {"updated_since": {"seconds": 0}},
        {"updated_since": {"seconds": 4_000_000_000}},
        {"sorting": {"sort_by": "name"}, "pagination": {"page": 2, "limit": 3}},
    ]


def at_random(server: Server, project: str, seed: str, count: str) -> Iterator[Call]:
    chance = random.Random(int(seed))
    names = {kind: [*server.names(kind, project), "none"] for kind in KINDS}
    tags = ["team", "env", "stage", "none"]
    values = ["ranking", "test", "production", ""]

    def listed() -> dict[str, Any]:
        fields: dict[str, Any] = {"allow_cache": chance.random() < 0.5}
        if chance.random() < 0.3:
            fields["tags"] = {chance.choice(tags): chance.choice(values) for _ in range(chance.randint(1, 2))}
        if chance.random() < 0.6:
            fields["sorting"] = {"sort_by": "name", "sort_order": chance.choice(["", "asc", "desc", "Desc", "x"])}
            fields["pagination"] = {"page": chance.randint(-1, 4), "limit": chance.randint(-1, 4)}
        return fields

    for _ in range(int(count)):
        kind = chance.choice(list(KINDS))
        where = chance.choice([project] * 4 + [f"{project}_other", "none"])
        match chance.randrange(5):
            case 0:
                fields = {"name": chance.choice(names[kind]), "allow_cache": chance.random() < 0.5}
                yield f"Get{kind}", message(f"Get{kind}Request", project=where, **fields)
            case 1 | 2:
                plural = KINDS[kind][0]
                yield f"List{plural}", message(f"List{plural}Request", project=where, **listed())
            case 3:
                fields = {**chance.choice(filters()), **listed()}
                yield "ListAllFeatureViews", message("ListAllFeatureViewsRequest", project=where, **fields)
            case _:
                fields = listed()
                fields.pop("tags", None)
                fields["feature_view"] = chance.choice(["", *names["FeatureView"]])
                yield "ListFeatures", message("ListFeaturesRequest", project=where, **fields)


def writes(project: str) -> Iterator[Call]:
    def apply(kind: str, field: str, made: Any, **fields: Any) -> Call:
        return f"Apply{kind}", message(f"Apply{kind}Request", **{field: made.to_proto()}, **fields)

    def apply_view(view: Any, **changes: Any) -> Call:
        proto = view.to_proto()
        for name, value in changes.items():
            setattr(proto.spec, name, value)
        field = {"FeatureView": "feature_view", "LabelView": "label_view"}.get(proto.DESCRIPTOR.name)
        field = field or {"StreamFeatureView": "stream_feature_view"}.get(proto.DESCRIPTOR.name)
        request = message("ApplyFeatureViewRequest", **{field or "on_demand_feature_view": proto}, project=project)
        return "ApplyFeatureView", request

    here = {"project": project}
    yield apply("Project", "project", define.project(project))
    for made in [*entities, customer, driver]:
        yield apply("Entity", "entity", made, **here)
    for made in data_sources:
        yield apply("DataSource", "data_source", made, **here)
    for view in views:
        yield apply_view(view)
    for service in define.feature_services:
        if service.name != "first_version":
            yield apply("FeatureService", "feature_service", service, **here)
    for dataset in define.saved_datasets():
        yield apply("SavedDataset", "saved_dataset", dataset, **here)
    yield apply("ValidationReference", "validation_reference", define.validation_reference(), **here)
    for permission in define.permissions:
        yield apply("Permission", "permission", permission, **here)
    yield "UpdateInfra", message("UpdateInfraRequest", infra=define.infra().to_proto(), **here)
    # What is refused, or not.
    yield "ApplyEntity", message("ApplyEntityRequest", entity={"spec": {"name": ""}}, **here)
    yield "ApplyFeatureView", message("ApplyFeatureViewRequest", **here)
    yield apply_view(driver_stats(2), name="a@b")
    yield apply_view(driver_stats(2), name="trip_estimate")
    yield apply_view(driver_stats(2), version="v0")
    yield apply_view(driver_stats(2), version="first")
    stats = driver_stats(2).to_proto()
    day = {"start_date": {"seconds": 1_780_000_000}, "end_date": {"seconds": 1_780_086_400, "nanos": 1_000}}
    yield "ApplyMaterialization", message("ApplyMaterializationRequest", feature_view=stats, **here, **day)
    stats.spec.name = "none"
    yield "ApplyMaterialization", message("ApplyMaterializationRequest", feature_view=stats, **here, **day)
    for kind in ["Entity", "DataSource", "FeatureView", "FeatureService", "SavedDataset", "ValidationReference"]:
        yield f"Delete{kind}", message(f"Delete{kind}Request", name="none", **here)
    yield "DeletePermission", message("DeletePermissionRequest", name="none", **here)
    yield "DeleteProject", message("DeleteProjectRequest", name="none")
    # What is deleted.
    yield "DeleteEntity", message("DeleteEntityRequest", name="customer", **here)
    yield "DeleteDataSource", message("DeleteDataSourceRequest", name=data_sources[0].name, **here)
    yield "DeleteFeatureView", message("DeleteFeatureViewRequest", name="doubled", **here)
    yield "DeleteFeatureView", message("DeleteFeatureViewRequest", name="driver_labels", **here)
    yield "DeleteFeatureService", message("DeleteFeatureServiceRequest", name="nothing", **here)
    yield "DeleteSavedDataset", message("DeleteSavedDatasetRequest", name="warehouse", **here)
    yield "DeletePermission", message("DeletePermissionRequest", name="admins", **here)


ACTIONS: dict[str, Callable[..., Iterator[Call]]] = {
    "--read": lambda server, *rest: (call for part in (scripted(server, rest[0]), at_random(server, *rest)) for call in part),
    "--write": lambda server, project: writes(project),
}

if __name__ == "__main__":
    action, address, *rest = sys.argv[1:]
    played = Server(address)
    print_json([played.play(*call) for call in ACTIONS[action](played, *rest)])
