"""Plays requests to a REST registry server, Feast's or ours, and prints what it answers, in a form in which two can be
compared.

Usage: python calls_rest.py --read ADDRESS PROJECT SEED COUNT   every reading route on what is there, then COUNT random ones
       python calls_rest.py --write ADDRESS PROJECT             every writing route, good and bad

Prints [{"request": [VERB, PATH, BODY], "status": NUMBER, "answer": JSON}]. The requests depend on nothing but what is
stored, and SEED. In answers is left out what says nothing of the server: times of embedded data sources, the bytes of
functions, the project of an object, a time to live of 0 and other defaults, the text of a definition, the order of a list unless the request
asks for one. Of a search in one project the kinds of the hits stand beside the answer in the order in which they came.
"""

import json
import random
import sys
from typing import Any, Callable, Iterator
from urllib.parse import quote, urlencode

import requests
from registry import print_json

# The path of a kind, and the key of its lists.
KINDS = {
    "entities": "entities",
    "data_sources": "dataSources",
    "feature_views": "featureViews",
    "label_views": "featureViews",
    "feature_services": "featureServices",
    "saved_datasets": "savedDatasets",
    "permissions": "permissions",
}
LISTS = [*KINDS, "features", "labels"]
# By what the items of a list can be told apart.
NAME_IN_JSON = {"data_sources", "features", "labels"}
Request = tuple[str, str, Any]


class Server:
    def __init__(self, address: str, left_out: tuple[str, ...] = ()):
        self.left_out = left_out
        self.base = f"http://{address}/api/v1"
        self.session = requests.Session()
        # Feast's server ends the connection after a failure of its own.
        self.session.headers["connection"] = "close"

    def play(self, verb: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.session.request(verb, self.base + path, json=body, timeout=120)
        told = json.loads(answer.text) if answer.text else None
        ordered = "sort_by=name" in path
        played = {"request": [verb, path, body], "status": answer.status_code}
        if path.startswith("/search") and "projects=" in path and "sort_by" not in path:
            played["ranks"] = [[float(hit.get("match_score", 0)), hit["type"]] for hit in told["results"]]
        return played | {"answer": comparable(told, ordered, self.left_out)}

    def names(self, kind: str, project: str) -> list[str]:
        answer = self.session.get(f"{self.base}/{kind}", params={"project": project}).json()
        return sorted(each.get("name") or each["spec"]["name"] for each in answer[KINDS[kind]])


def comparable(answer: Any, ordered: bool, left_out: tuple[str, ...]) -> Any:
    def walk(node: Any, key: str = "") -> Any:
        if isinstance(node, list):
            items = [walk(each) for each in node]
            # Feast writes the features of stream feature views in the order of a Python set.
            is_open = not ordered or key in ("features", "featureColumns", "dataSources", "projects_searched")
            return sorted(items, key=lambda each: json.dumps(each, sort_keys=True)) if is_open else items
        if not isinstance(node, dict):
            return "a function" if key == "body" else node
        told = {name: walk(value, name) for name, value in node.items() if name not in left_out}
        if key in ("batchSource", "streamSource", "source", "requestDataSource"):
            told.pop("meta", None)
            told.pop("dataSourceClassType", None)
        if "featureColumns" in told:
            # Feast takes the wrong column.
            told.pop("timestampField", None)
        if key == "spec":
            told.pop("project", None)
            if told.get("ttl") == "0s":
                del told["ttl"]
            if told.get("version") == "latest":
                del told["version"]
        if "featureDefinition" in told:
            told["featureDefinition"] = bool(told["featureDefinition"])
        return told

    return walk(answer)


def get(path: str, **query: Any) -> Request:
    text = urlencode(query, doseq=True)
    return "GET", path + ("?" if text else "") + text, None


def scripted(server: Server, project: str) -> Iterator[Request]:
    yield get("/version")
    for kind in KINDS:
        for name in [*server.names(kind, project), "none", "a b/c"]:
            path = f"/{kind}/{quote(name, safe='')}"
            yield get(path, project=project)
            yield get(path, project=project, include_relationships="true", allow_cache="no")
        yield get(f"/{kind}/none", project="none")
        yield get(f"/{kind}/none")
    for kind in LISTS:
        for fields in LISTED:
            yield get(f"/{kind}", project=project, **fields)
            yield get(f"/{kind}", project="none", **fields)
        yield get(f"/{kind}")
        for fields in OF_ALL:
            yield get(f"/{kind}/all", **fields) if kind != "permissions" else get("/permissions", project="x")
    for fields in FILTERS:
        yield get("/feature_views", project=project, **fields)
    for view in ["driver_stats", "driver_live", "driver_labels", "none"]:
        yield get("/features", project=project, feature_view=view)
        yield get("/labels", project=project, feature_view=view)
        yield get("/feature_services", project=project, feature_view=view)
        for name in ("trips", "none"):
            yield get(f"/features/{view}/{name}", project=project)
            yield get(f"/features/{view}/{name}", project=project, include_relationships=1)
    for fields in ({"namespace": "ranking"}, {"collection": "2026"}, {"namespace": "none"}):
        yield get("/saved_datasets", project=project, **fields)
        yield get("/saved_datasets/all", **fields)
    for fields in ({}, {"allow_cache": "false"}, {"page": 1, "limit": 1, "sort_by": "name"}, {"page": 0}):
        yield get("/projects", **fields)
    for name in (project, f"{project}_other", "none"):
        yield get(f"/projects/{name}")
    for fields in SEARCHED:
        yield get("/search", **fields)
    for query in ("driver", "stats", "a", ""):
        yield get("/search", query=query, projects=project, limit=100)
    for fields in ({"project": project}, {"project": "none"}, {}):
        yield get("/lineage/registry", **fields)
        yield get("/metrics/popular_tags", **fields)
        yield get("/metrics/resource_counts", **fields)
        yield get("/lineage/complete", **fields)
        yield get("/compute_engines", **fields)
        yield get("/materialization_jobs", **fields)
    yield get("/lineage/registry/all")
    yield get("/lineage/complete/all")
    yield get("/lineage/complete", project=project, sort_by="name", page=1, limit=2)
    yield get("/compute_engines/all")
    yield get("/compute_engines/all", page=2, limit=1)
    for fields in JOBS:
        yield get("/materialization_jobs", project=project, **fields)
    for kind, name in (("featureView", "driver_stats"), ("entity", "driver"), ("dataSource", "none"), ("recipe", "x")):
        yield get(f"/lineage/objects/{kind}/{name}", project=project)
    yield get("/nothing")
    yield get("/features/driver_stats/trips/more", project=project)
    yield "PUT", "/entities", None
    yield "DELETE", f"/projects/{project}", None


LISTED: list[dict[str, Any]] = [
    {},
    {"allow_cache": "true"},
    {"include_relationships": "true"},
    {"tags": ["team:ranking", "nothing"]},
    {"tags": ["team:ranking", "none:"]},
    {"sort_by": "name"},
    {"sort_by": "name", "sort_order": "desc", "page": 1, "limit": 2},
    {"sort_by": "name", "page": 2, "limit": 1},
    {"sort_by": "name", "page": 99, "limit": 3},
    {"sort_by": "unknown", "sort_order": "desc"},
    {"page": "x", "limit": 1000, "sort_order": "up", "allow_cache": "maybe"},
    {"page": 0},
    {"limit": 101},
    {"limit": 2},
]
SEARCHED: list[dict[str, Any]] = [
    {},
    {"query": "statistics", "sort_by": "name"},
    {"query": "driver", "sort_by": "name", "sort_order": "asc", "page": 1, "limit": 3},
    {"query": "zzz", "projects": "none"},
    {"query": "driver", "sort_by": "size"},
    {"query": "driver", "sort_order": "up"},
    {"query": "driver", "limit": 101},
    {"query": "driver", "page": 0},
    {"query": "stats_driver", "sort_by": "name"},
    {"query": "revird", "sort_by": "name"},
    {"query": "atne", "sort_by": "name"},
]
JOBS: list[dict[str, Any]] = [
    {"status": "succeeded"},
    {"status": "FAILED"},
    {"feature_view": "driver_stats"},
    {"feature_view": "none"},
    {"page": 2, "limit": 1},
    {"page": 1},
    {"limit": 2, "sort_by": "id"},
]
OF_ALL: list[dict[str, Any]] = [
    {},
    {"include_relationships": "true", "limit": 100},
    {"page": 99, "limit": 2},
    {"page": 0, "limit": 0},
    {"allow_cache": "false", "sort_by": "unknown", "sort_order": "desc"},
    {"sort_by": "project", "limit": 100},
]
FILTERS: list[dict[str, Any]] = [
    {"entity": "driver"},
    {"entity": "__dummy"},
    {"entity": "none"},
    {"entity": ""},
    {"feature": "trips"},
    {"feature_service": "ranking"},
    {"feature_service": "none"},
    {"data_source": "driver_file"},
    {"data_source": "trip_request"},
    {"entity": "driver", "feature_service": "ranking", "tags": "team:ranking"},
    {"updated_since": "1970-01-01"},
    {"updated_since": "2096-01-01T00:00:00Z"},
    {"updated_since": "2096-01-01T00:00:00+02:00"},
    {"updated_since": "yesterday"},
    {"sort_by": "name", "page": 2, "limit": 3},
]


def at_random(server: Server, project: str, seed: str, count: str) -> Iterator[Request]:
    chance = random.Random(int(seed))
    names = {kind: [*server.names(kind, project), "none"] for kind in KINDS}

    def fields() -> dict[str, Any]:
        asked: dict[str, Any] = {}
        if chance.random() < 0.3:
            asked["tags"] = [f"{chance.choice(['team', 'env', 'none'])}:{chance.choice(['ranking', 'test', ''])}"]
        if chance.random() < 0.6:
            asked |= {"sort_by": "name", "sort_order": chance.choice(["asc", "desc", "", "x"])}
            asked |= {"page": chance.randint(-1, 4), "limit": chance.choice([-1, 1, 2, 3, 100, 101])}
        if chance.random() < 0.2:
            asked["include_relationships"] = chance.choice(["true", "0", "y", "what"])
        if chance.random() < 0.2:
            asked["allow_cache"] = chance.choice(["true", "off", "1", ""])
        return asked

    for _ in range(int(count)):
        where = chance.choice([project] * 4 + [f"{project}_other", "none"])
        match chance.randrange(4):
            case 0:
                kind = chance.choice(list(KINDS))
                path = f"/{kind}/{quote(chance.choice(names[kind]), safe='')}"
                yield get(path, **{"project": where, **fields()})
            case 1 | 2:
                yield get(f"/{chance.choice(LISTS)}", **{"project": where, **fields()})
            case _:
                yield get("/feature_views", **{"project": where, **chance.choice(FILTERS), **fields()})


def writes(project: str) -> Iterator[Request]:
    def post(kind: str, **body: Any) -> Request:
        return "POST", f"/{kind}", {"project": project, **body}

    def delete(kind: str, name: str, **query: Any) -> Request:
        return "DELETE", f"/{kind}/{name}?" + urlencode({"project": project} | query), None

    tags = {"team": "rest"}
    yield post("entities", name="rider", join_key="rider_id", value_type=4, description="One", tags=tags, owner="me")
    yield post("entities", name="city", owner=None, tags=None)
    yield post("entities", name="city", value_type="3", unknown="field")
    yield post("entities", name="wrong", value_type=99)
    yield post("entities", name=5, tags={"a": 1})
    yield post("entities", description="no name")
    yield "POST", "/entities", [1]
    yield "POST", "/entities", None
    for name, fields in SOURCES.items():
        yield post("data_sources", name=name, timestamp_field="ts", tags=tags, **fields)
    yield post("data_sources", name="wrong")
    yield post("data_sources", name="wrong", type="one", file_options=[])
    yield post("data_sources", name="wrong", type=99, file_options={})
    features = [{"name": "trips", "value_type": 4, "description": "How many"}, {"name": "rating"}]
    yield post(
        "feature_views",
        name="rides",
        entities=["rider"],
        features=features,
        batch_source="file",
        ttl_seconds=86400,
        online=False,
        description="Rides",
        tags=tags,
        owner="me",
    )
    yield post("feature_views", name="rides_2", features=features, batch_source="bigquery")
    yield post("feature_views", name="nowhere", batch_source="none")
    yield post("feature_views", name="wrong", features=[{}, 3])
    yield post("feature_services", name="all", features=[{"feature_view_name": "rides"}], tags=tags, description="All")
    some = {"feature_view_name": "rides", "feature_names": ["rating"]}
    yield post("feature_services", name="some", features=[some], owner="me")
    yield post("feature_services", name="wrong", features=[{"feature_view_name": "none"}])
    yield post("feature_services", name="wrong", features=[{}])
    yield post("feature_services", name="wrong")
    for name, policy in POLICIES.items():
        yield post(
            "permissions",
            name=name,
            types=["FEATURE_VIEW", "ENTITY"],
            name_patterns=["a.*"],
            actions=["DESCRIBE", "READ_ONLINE"],
            policy={policy[0]: policy[1]},
            tags=tags,
            required_tags={"stage": "test"},
        )
    yield post("permissions", name="wrong", types=["TABLE"], policy={})
    yield post("permissions", name="wrong", actions=["LOOK", "DESCRIBE"], policy={})
    yield post("permissions", name="wrong", policy={"role_based_policy": {}})
    yield post("permissions", name="wrong")
    for kind in STORAGES:
        place = {"storage_type": kind, "storage_path": "a.b.c"}
        yield post("saved_datasets", name=f"in_{kind}", features=["rides:trips"], join_keys=["rider_id"], **place)
    yield post("saved_datasets", name="of_service", storage_path="x.parquet", feature_service_name="some", tags=tags)
    yield post("saved_datasets", name="in_file", storage_path="x.parquet")
    yield post("saved_datasets", name="in_file", storage_path="x.parquet", allow_override=True, namespace="n")
    yield post("saved_datasets", name=" ", storage_path="x.parquet")
    yield post("saved_datasets", name="nowhere")
    yield "POST", "/registry/refresh", None
    for kind in KINDS:
        yield get(f"/{kind}", project=project)
    yield get("/features", project=project)
    for kind in KINDS:
        if kind != "label_views":
            yield delete(kind, "none")
            yield delete(kind, "none", project="none")
            yield "DELETE", f"/{kind}/none", None
    deleted = {
        "saved_datasets": "in_file",
        "feature_services": "some",
        "feature_views": "rides_2",
        "data_sources": "athena",
        "entities": "city",
        "permissions": "roles",
    }
    for kind, name in deleted.items():
        yield delete(kind, name)
        yield delete(kind, name)
    # Feast's lists may still have what was deleted.
    yield "POST", "/registry/refresh", None
    for kind in KINDS:
        yield get(f"/{kind}", project=project)


SOURCES: dict[str, dict[str, Any]] = {
    "file": {"type": 1, "file_options": {"uri": "data/rides.parquet", "s3_endpoint_override": "http://s3"}},
    "bigquery": {"type": 2, "bigquery_options": {"table": "p.d.t"}, "description": "Rides", "owner": "me"},
    "snowflake": {"type": 8, "snowflake_options": {"table": "t", "database": "d", "schema_": "s"}},
    "redshift": {"type": 5, "redshift_options": {"table": "t", "database": "d", "schema_": "s", "query": "select 1"}},
    "athena": {"type": 12, "athena_options": {"table": "t", "database": "d", "data_source": "a"}},
    "empty": {"type": 1, "file_options": {}},
}
POLICIES: dict[str, tuple[str, Any]] = {
    "roles": ("role_based_policy", {"roles": ["reader"]}),
    "groups": ("group_based_policy", {"groups": ["data"]}),
    "namespaces": ("namespace_based_policy", {"namespaces": ["prod"]}),
    "both": ("combined_group_namespace_policy", {"groups": ["data"], "namespaces": ["prod"]}),
}
STORAGES = ["file", "bigquery", "redshift", "snowflake", "athena", "other"]

ACTIONS: dict[str, Callable[..., Iterator[Request]]] = {
    "--read": lambda server, *rest: (one for part in (scripted(server, rest[0]), at_random(server, *rest)) for one in part),
    "--write": lambda server, project: writes(project),
}

if __name__ == "__main__":
    action, address, *rest = sys.argv[1:]
    # Two servers do not write at the same time.
    played = Server(address, ("createdTimestamp", "lastUpdatedTimestamp") if action == "--write" else ())
    print_json([played.play(*request) for request in ACTIONS[action](played, *rest)])
