"""Feast's own client (`registry_type: remote`) with a client's `auth` block, as it is read from feature_store.yaml.

Usage: python remote_auth.py ADDRESS PROJECT AUTH      AUTH is the block as JSON

Prints {"entities": [NAME], "describe": WHAT, "missing": WHAT, "apply": WHAT, "refresh": WHAT}, where WHAT is a class name of
Feast's, "OK" or a code of gRPC's.
"""

import json
import sys
from pathlib import Path
from typing import Any, Callable

import grpc
from registry import print_json
from feast import Entity
from feast.errors import FeastError
from feast.infra.registry.remote import RemoteRegistry
from feast.repo_config import RepoConfig


def said(act: Callable[[], Any]) -> str:
    try:
        act()
        return "OK"
    except FeastError as error:
        return type(error).__name__
    except grpc.RpcError as error:
        return error.code().name


def main(address: str, project: str, auth: str) -> None:
    config = RepoConfig(
        project=project,
        provider="local",
        registry={"registry_type": "remote", "path": address},
        auth=json.loads(auth),
    )
    registry = RemoteRegistry(config.registry, project, Path("."), config.auth_config)
    names: list[str] = []
    print_json(
        {
            "list": said(lambda: names.extend(sorted(each.name for each in registry.list_entities(project)))),
            "entities": names,
            "describe": said(lambda: registry.get_entity("customer", project)),
            "missing": said(lambda: registry.get_entity("none", project)),
            "apply": said(lambda: registry.apply_entity(Entity(name="made"), project)),
            "refresh": said(lambda: registry.refresh(project)),
        }
    )


main(*sys.argv[1:])
