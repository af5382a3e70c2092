"""What a registry server's transport does, seen by grpcio. Each action prints one JSON document.

Usage: python transport.py --health ADDRESS            {SERVICE: STATUS}, and what is said of an unknown one
       python transport.py --reflection ADDRESS        the services by both versions of reflection, and a message's fields
       python transport.py --bytes ADDRESS             what becomes of fields that nobody knows, and of what is no request
       python transport.py --read-only ADDRESS PROJECT what is refused, and what is not
       python transport.py --limits ADDRESS DATABASE   answers while another writer holds the SQLite DATABASE
       python transport.py --drain ADDRESS DATABASE PID  the same, and the server PID is told to end meanwhile
"""

import os
import signal
import sqlite3
import sys
import time
from typing import Any, Callable

import grpc
from registry import print_json
from feast.protos.feast.core.Entity_pb2 import Entity
from feast.protos.feast.registry import RegistryServer_pb2 as rpc
from feast.protos.feast.registry.RegistryServer_pb2_grpc import RegistryServerStub
from google.protobuf.empty_pb2 import Empty
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

SERVICE = "feast.registry.RegistryServer"


def said(call: Callable[[], Any]) -> str:
    try:
        call()
    except grpc.RpcError as error:
        return f"{error.code().name}: {error.details()}"
    return "OK"


def health(channel: grpc.Channel) -> dict[str, str]:
    stub = health_pb2_grpc.HealthStub(channel)

    def status(service: str) -> str:
        try:
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service))
        except grpc.RpcError as error:
            return error.code().name
        return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)

    return {name: status(name) for name in ("", SERVICE, "none")}


def reflection(channel: grpc.Channel) -> dict[str, Any]:
    def ask(version: str, **question: str) -> Any:
        call = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        return next(call(iter([reflection_pb2.ServerReflectionRequest(**question)])))

    services = {
        version: sorted(each.name for each in ask(version, list_services="").list_services_response.service)
        for version in ("v1", "v1alpha")
    }
    files = ask("v1alpha", file_containing_symbol=f"{SERVICE}.GetEntity").file_descriptor_response
    return {**services, "described": len(files.file_descriptor_proto) > 0}


def as_bytes(channel: grpc.Channel) -> dict[str, Any]:
    def call(method: str, request: bytes, service: str = SERVICE) -> bytes:
        # Without serializers: bytes in, bytes out.
        return channel.unary_unary(f"/{service}/{method}")(request)

    # What this version of Feast does not know: a type of values, a text in `spec`, and a number beside it.
    unknown_text, unknown_number, unknown_type = b"\x82\xe2\x09\x05later", b"\x88\xe2\x09\x07", 4711
    spec = Entity(spec={"name": "newer", "value_type": unknown_type}).spec.SerializeToString() + unknown_text
    entity = b"\x0a" + bytes([len(spec)]) + spec + unknown_number
    request = b"\x0a" + bytes([len(entity)]) + entity
    call("ApplyEntity", request + rpc.ApplyEntityRequest(project="p", commit=True).SerializeToString())
    got = call("GetEntity", rpc.GetEntityRequest(project="p", name="newer").SerializeToString())
    listed = call("ListEntities", rpc.ListEntitiesRequest(project="p").SerializeToString())
    traced = channel.unary_unary(f"/{SERVICE}/GetEntity").with_call
    names = {}
    for name, metadata in {"given": [("x-request-id", "mine-1")], "made": [], "unfit": [("x-request-id", "a b")]}.items():
        _, answered = traced(rpc.GetEntityRequest(project="p", name="newer").SerializeToString(), metadata=metadata)
        names[name] = dict(answered.initial_metadata())["x-request-id"]
    return {
        "kept": [unknown_text in got and unknown_number in got, unknown_text in listed and unknown_number in listed],
        "type kept": Entity.FromString(got).spec.value_type == unknown_type,
        "malformed": said(lambda: call("GetEntity", b"\x0a\xff")),
        "wrong type": said(lambda: call("GetEntity", b"\x08\x01")),
        "not text": said(lambda: call("GetEntity", b"\x0a\x01\xff")),
        "damaged object": said(lambda: call("ApplyEntity", b"\x0a\x02\x0a\x7f")),
        "unknown method": said(lambda: call("GetNothing", b"")),
        "unknown service": said(lambda: call("GetEntity", b"", "feast.registry.Other")),
        "too long": said(lambda: call("ApplyEntity", b"\x0a" + b"\x80\x80\x80\x01" + bytes(2 << 20))),
        "names": names,
    }


def read_only(channel: grpc.Channel) -> dict[str, str]:
    stub = RegistryServerStub(channel)
    project = sys.argv[3]
    entity = Entity(spec={"name": "e"})
    return {
        "apply": said(lambda: stub.ApplyEntity(rpc.ApplyEntityRequest(entity=entity, project=project))),
        "delete": said(lambda: stub.DeleteEntity(rpc.DeleteEntityRequest(name="driver", project=project))),
        "materialize": said(lambda: stub.ApplyMaterialization(rpc.ApplyMaterializationRequest(project=project))),
        "infra": said(lambda: stub.UpdateInfra(rpc.UpdateInfraRequest(project=project))),
        "get": said(lambda: stub.GetEntity(rpc.GetEntityRequest(name="driver", project=project))),
        "list": said(lambda: stub.ListEntities(rpc.ListEntitiesRequest(project=project))),
        "refresh": said(lambda: stub.Refresh(rpc.RefreshRequest(project=project))),
        "commit": said(lambda: stub.Commit(Empty())),
    }


def another_writer() -> sqlite3.Connection:
    connection = sqlite3.connect(sys.argv[3], isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def apply(stub: RegistryServerStub, name: str) -> grpc.Future:
    return stub.ApplyEntity.future(rpc.ApplyEntityRequest(entity=Entity(spec={"name": name}), project="p"))


def limits(channel: grpc.Channel) -> dict[str, str]:
    """With `--max-requests 1 --request-timeout 2`."""
    stub = RegistryServerStub(channel)
    held = another_writer()
    first = apply(stub, "slow")
    time.sleep(0.5)
    report = {"while it runs": said(lambda: stub.ListEntities(rpc.ListEntitiesRequest(project="p")))}
    report["too slow"] = said(first.result)
    report["while it still runs"] = said(lambda: stub.ListEntities(rpc.ListEntitiesRequest(project="p")))
    held.rollback()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        report["afterwards"] = said(lambda: stub.GetEntity(rpc.GetEntityRequest(name="slow", project="p")))
        if report["afterwards"] == "OK":
            break
        time.sleep(0.1)
    return report


def drain(channel: grpc.Channel) -> dict[str, str]:
    stub = RegistryServerStub(channel)
    held = another_writer()
    begun = apply(stub, "begun")
    time.sleep(0.5)
    os.kill(int(sys.argv[4]), signal.SIGTERM)
    time.sleep(0.5)
    with grpc.insecure_channel(sys.argv[2]) as late:
        report = {"new connection": said(lambda: RegistryServerStub(late).Commit(Empty(), timeout=5))}
    held.rollback()
    report["begun"] = said(begun.result)
    return report


ACTIONS: dict[str, Callable[[grpc.Channel], Any]] = {
    "--health": health,
    "--reflection": reflection,
    "--bytes": as_bytes,
    "--read-only": read_only,
    "--limits": limits,
    "--drain": drain,
}

if __name__ == "__main__":
    with grpc.insecure_channel(sys.argv[2]) as channel:
        print_json(ACTIONS[sys.argv[1]](channel))
