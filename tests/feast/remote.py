"""Feast's own client (`registry_type: remote`) at a registry server.

Usage: python remote.py --populate ADDRESS PROJECT   the project of project.py, as populate.py makes it in a database
       python remote.py --read ADDRESS PROJECT       all that it reads of a project, as one JSON document
       python remote.py --write ADDRESS PROJECT      every kind of write once, each read back
       python remote.py --refusals ADDRESS PROJECT   what it raises, as {WHAT: [CLASS, MESSAGE]}
       python remote.py --large ADDRESS PROJECT      objects and lists beyond gRPC's usual 4 MiB

ADDRESS is HOST:PORT; for TLS `HOST:PORT,CA` or `HOST:PORT,CA,CERT,KEY`.
"""

import sys
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

import grpc
import project as define
import read
from registry import canonical, print_json
from sources import customer, data_sources, driver, entities
from views import driver_stats, views
from feast import Entity, FeatureService, FeatureView, Field, Project
from feast.errors import FeastError
from feast.infra.registry.remote import RemoteRegistry, RemoteRegistryConfig
from feast.permissions.permission import Permission
from feast.protos.feast.registry import RegistryServer_pb2 as rpc
from feast.types import Int64, String

START = datetime(2026, 6, 1, tzinfo=timezone.utc)


def open_remote(address: str, project: str) -> RemoteRegistry:
    path, *tls = address.split(",")
    names = ["cert", "client_cert", "client_key"]
    config = RemoteRegistryConfig(path=path, is_tls=bool(tls), **dict(zip(names, tls)))
    return RemoteRegistry(config, project, None)


def populate(registry: RemoteRegistry, project: str) -> None:
    """As populate.apply, as far as this client of Feast's can send it."""
    registry.apply_project(define.project(project))
    for entity in entities:
        registry.apply_entity(entity, project)
    for source in data_sources:
        registry.apply_data_source(source, project)
    for view in views:
        registry.apply_feature_view(view, project)
    for service in define.feature_services:
        # One refers to a version, which Feast's client cannot look up at a server.
        if service.name != "first_version":
            registry.apply_feature_service(service, project)
    for dataset in define.saved_datasets():
        registry.apply_saved_dataset(dataset, project)
    registry.apply_validation_reference(define.validation_reference(), project)
    for permission in define.permissions:
        registry.apply_permission(permission, project)
    for interval in define.materializations:
        if type(interval.view) is FeatureView:
            registry.apply_materialization(interval.view, project, interval.start, interval.end)
        else:
            stub_materialize(registry, project, interval)
    registry.update_infra(define.infra(), project)
    registry.apply_entity(customer, f"{project}_other")
    registry.commit()


def stub_materialize(registry: RemoteRegistry, project: str, interval: define.Interval) -> None:
    """The message has room for a feature view only, and a server needs no more of it than the name."""
    request = rpc.ApplyMaterializationRequest(project=project, commit=True)
    request.feature_view.spec.name = interval.view.name
    request.start_date.FromDatetime(interval.start)
    request.end_date.FromDatetime(interval.end)
    registry.stub.ApplyMaterialization(request)


def document(registry: RemoteRegistry, project: str) -> dict[str, Any]:
    listed = registry.list_all_feature_views(project)
    direct, indirect = registry.get_registry_lineage(project)
    whole = registry.proto()
    registry.refresh(project)
    return {
        "projects": sorted(each.name for each in registry.list_projects()),
        "objects": read.objects(registry, project),
        "any": {view.name: type(registry.get_any_feature_view(view.name, project)).__name__ for view in listed},
        "current": {view.name: view.current_version_number for view in listed},
        "metadata": [each.project_name for each in registry.list_project_metadata(project)],
        "infra": canonical(registry.get_infra(project).to_proto()),
        "relations": [[len(direct), len(indirect)]],
        "proto": {
            "projects": sorted(each.spec.name for each in whole.projects),
            "views": sorted(each.spec.name for each in whole.feature_views if each.spec.project == project),
            "infra": len(whole.infra.infra_objects),
            "lastUpdated": whole.last_updated.seconds,
        },
    }


def write(registry: RemoteRegistry, project: str) -> dict[str, Any]:
    """One write of each sort, `commit=False` among them: what is acknowledged is there."""
    entity = registry.get_entity(driver.name, project)
    entity.tags = {**entity.tags, "written": "remotely"}
    registry.apply_entity(entity, project, commit=False)
    assert open_remote(sys.argv[2], project).get_entity(driver.name, project).tags["written"] == "remotely"
    registry.delete_feature_service(define.feature_services[0].name, project, commit=False)
    names = [each.name for each in open_remote(sys.argv[2], project).list_feature_services(project)]
    assert define.feature_services[0].name not in names, names
    view = registry.get_feature_view("driver_stats", project)
    before = len(view.materialization_intervals)
    registry.apply_materialization(view, project, START, START + timedelta(days=1), commit=False)
    stored = registry.get_feature_view("driver_stats", project)
    assert len(stored.materialization_intervals) == before + 1, stored.materialization_intervals
    stored.features = [*stored.features, Field(name="added_remotely", dtype=Int64)]
    stored.version = "latest"
    registry.apply_feature_view(stored, project)
    grown = registry.get_feature_view("driver_stats", project)
    assert [field.name for field in grown.features][-1] == "added_remotely"
    deletes: dict[str, Callable[..., None]] = {
        "entity": registry.delete_entity,
        "data_source": registry.delete_data_source,
        "feature_service": registry.delete_feature_service,
        "saved_dataset": registry.delete_saved_dataset,
        "validation_reference": registry.delete_validation_reference,
        "permission": registry.delete_permission,
        "feature_view": registry.delete_feature_view,
        "stream_feature_view": registry.delete_feature_view,
        "on_demand_feature_view": registry.delete_feature_view,
        "label_view": registry.delete_label_view,
    }
    plurals = {"entity": "entities"}
    deleted = {}
    for kind, delete in deletes.items():
        lister = getattr(registry, f"list_{plurals.get(kind, kind + 's')}")
        name = max(each.name for each in lister(project))
        delete(name, project)
        assert name not in [each.name for each in lister(project)], name
        deleted[kind] = name
    registry.apply_project(Project(name="remote_only", description="new"))
    registry.delete_project("remote_only")
    assert "remote_only" not in [each.name for each in registry.list_projects()]
    return {"version": grown.current_version_number, "deleted": deleted}


def refusals(registry: RemoteRegistry, project: str) -> dict[str, Any]:
    def unnamed(name: str) -> Entity:
        made = Entity(name="x")
        made.name = name
        return made

    def view(name: str, version: str = "latest") -> FeatureView:
        source = data_sources[0]
        return FeatureView(name=name, source=source, schema=[Field(name="f", dtype=String)], version=version)

    def named(name: str, version: str = "latest") -> FeatureView:
        made = view("x", version)
        made.name = name
        return made

    on_demand = next(each for each in views if type(each).__name__ == "OnDemandFeatureView")
    service = FeatureService(name="broken", features=[])
    service.feature_view_projections = [view("nowhere").projection]
    service.feature_view_projections[0].features = []
    calls: dict[str, Callable[[], Any]] = {
        "get entity": lambda: registry.get_entity("none", project),
        "get data source": lambda: registry.get_data_source("none", project),
        "get feature view": lambda: registry.get_feature_view("none", project),
        "get stream feature view": lambda: registry.get_stream_feature_view("driver_stats", project),
        "get on-demand feature view": lambda: registry.get_on_demand_feature_view("none", project),
        "get label view": lambda: registry.get_label_view("none", project),
        "get any feature view": lambda: registry.get_any_feature_view("none", project),
        "get feature service": lambda: registry.get_feature_service("none", project),
        "get saved dataset": lambda: registry.get_saved_dataset("none", project),
        "get validation reference": lambda: registry.get_validation_reference("none", project),
        "get permission": lambda: registry.get_permission("none", project),
        "get project": lambda: registry.get_project("none"),
        "get of no project": lambda: registry.get_entity("driver", "none"),
        "get feature": lambda: feature(registry, project, "driver_stats", "none"),
        "delete entity": lambda: registry.delete_entity("none", project),
        "delete feature view": lambda: registry.delete_feature_view("none", project),
        "delete permission": lambda: registry.delete_permission("none", project),
        "delete project": lambda: registry.delete_project("none"),
        "materialize nothing": lambda: registry.apply_materialization(named("none"), project, START, START),
        "materialize on demand": lambda: stub_materialize(
            registry, project, define.Interval(on_demand, START, START)
        ),
        "same name of another kind": lambda: registry.apply_feature_view(named(on_demand.name), project),
        "pin with a change": lambda: registry.apply_feature_view(named("driver_stats", "v0"), project),
        "service of no view": lambda: registry.apply_feature_service(service, project),
        "no name": lambda: registry.apply_entity(unnamed(""), project),
        "bad name": lambda: registry.apply_feature_view(named("a@b"), project),
        "no object": lambda: registry.stub.ApplyEntity(rpc.ApplyEntityRequest(project=project)),
        "unknown relation": lambda: registry.get_object_relationships(project, "table", "x"),
        "policy of none": lambda: registry.apply_permission(Permission(name="open"), project),
        "offline store": lambda: registry.stub.GetDatasetData(rpc.GetDatasetDataRequest(name="training")),
        "jobs": lambda: registry.stub.ListDatasetJobs(rpc.ListDatasetJobsRequest()),
    }
    return {what: raised(call) for what, call in calls.items()}


def feature(registry: RemoteRegistry, project: str, feature_view: str, name: str) -> Any:
    return registry.stub.GetFeature(rpc.GetFeatureRequest(project=project, feature_view=feature_view, name=name))


def raised(call: Callable[[], Any]) -> list[str]:
    try:
        call()
    except FeastError as error:
        return [type(error).__name__, str(error)]
    except grpc.RpcError as error:
        return [error.code().name, error.details()]
    return ["nothing", ""]


def large(registry: RemoteRegistry, project: str) -> dict[str, int]:
    """Feast's client has gRPC's limit of 4 MiB on what it receives; a client with another has another."""
    description = "\N{SNOWMAN}" * (2 << 20)
    registry.apply_entity(Entity(name="large", description=description), project)
    details = raised(lambda: registry.get_entity("large", project))
    assert details[0] == "RESOURCE_EXHAUSTED", details
    options = [("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(sys.argv[2], options=options) as channel:
        stub = type(registry.stub)(channel)
        found = stub.GetEntity(rpc.GetEntityRequest(name="large", project=project))
        assert found.spec.description == description
        listed = stub.ListEntities(rpc.ListEntitiesRequest(project=project))
    registry.delete_entity("large", project)
    return {"object": found.ByteSize(), "list": listed.ByteSize()}


ACTIONS: dict[str, Callable[[RemoteRegistry, str], Any]] = {
    "--populate": populate,
    "--read": document,
    "--write": write,
    "--refusals": refusals,
    "--large": large,
}

if __name__ == "__main__":
    action, address, name = sys.argv[1:]
    print_json(ACTIONS[action](open_remote(address, name), name))
