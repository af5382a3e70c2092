"""Asks a registry server, one call after the other, and prints what it says.

Usage: python ask.py ADDRESS TOKEN CALLS     CALLS is [[METHOD, REQUEST], ...] as JSON; TOKEN may be empty

A call may be ["health", SERVICE] too. Prints [{"answer": OBJECT} or {"error": [CODE, CLASS, MESSAGE]}].
"""

import json
import sys
from typing import Any

import grpc
from registry import print_json
from feast.protos.feast.registry import RegistryServer_pb2 as rpc
from feast.protos.feast.registry.RegistryServer_pb2_grpc import RegistryServerStub
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict, ParseDict
from grpc_health.v1 import health_pb2, health_pb2_grpc


def ask(channel: grpc.Channel, token: str, method: str, fields: Any) -> dict[str, Any]:
    metadata = [("authorization", f"Bearer {token}")] if token else []
    try:
        if method == "health":
            request = health_pb2.HealthCheckRequest(service=fields)
            answer = health_pb2_grpc.HealthStub(channel).Check(request, timeout=60)
        else:
            request = ParseDict(fields, getattr(rpc, f"{method}Request", Empty)())
            answer = getattr(RegistryServerStub(channel), method)(request, metadata=metadata, timeout=60)
        return {"answer": MessageToDict(answer)}
    except grpc.RpcError as error:
        try:
            told = json.loads(error.details())
        except ValueError:
            told = {"class": None, "message": error.details()}
        return {"error": [error.code().name, told["class"], told["message"]]}


def main(address: str, token: str, calls: str) -> None:
    channel = grpc.insecure_channel(address)
    print_json([ask(channel, token, method, fields) for method, fields in json.loads(calls)])


main(*sys.argv[1:])
