"""Writes the objects of an apply file (YAML documents with a `kind`) to a registry database through Feast.

Usage: python load.py FILE.yaml SQLALCHEMY_URL

Each document is protobuf JSON beside its `kind`; unknown fields are errors. All go to the project that the file's
`kind: Project` names. So what our `apply -f FILE` writes can be compared with what Feast makes of the same objects.
"""

import sys
from pathlib import Path
from typing import Any

import yaml
from registry import BLOBS, open_sql
import feast
from feast.data_source import DataSource
from feast.infra.infra_object import Infra
from feast.labeling import LabelView
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.permissions.permission import Permission
from feast.saved_dataset import SavedDataset, ValidationReference
from google.protobuf.json_format import ParseDict

MESSAGES = {message.DESCRIPTOR.name: message for message in BLOBS.values() if message}
# The class that decodes a kind, and the registry's method that stores it.
KINDS: dict[str, tuple[Any, str]] = {
    "Entity": (feast.Entity, "apply_entity"),
    "DataSource": (DataSource, "apply_data_source"),
    "FeatureView": (feast.FeatureView, "apply_feature_view"),
    "StreamFeatureView": (feast.StreamFeatureView, "apply_feature_view"),
    "OnDemandFeatureView": (OnDemandFeatureView, "apply_feature_view"),
    "LabelView": (LabelView, "apply_feature_view"),
    "FeatureService": (feast.FeatureService, "apply_feature_service"),
    "SavedDataset": (SavedDataset, "apply_saved_dataset"),
    "ValidationReference": (ValidationReference, "apply_validation_reference"),
    "Permission": (Permission, "apply_permission"),
    "Infra": (Infra, "update_infra"),
}


def main(path: str, url: str) -> None:
    documents = [each for each in yaml.safe_load_all(Path(path).read_text("utf-8")) if each]
    messages = [(kind := each.pop("kind"), ParseDict(each, MESSAGES[kind]())) for each in documents]
    project = next(feast.Project.from_proto(message) for kind, message in messages if kind == "Project")
    registry = open_sql(url, project.name)
    registry.apply_project(project)
    for kind, message in messages:
        if kind != "Project":
            python_class, method = KINDS[kind]
            getattr(registry, method)(python_class.from_proto(message), project.name)


if __name__ == "__main__":
    main(*sys.argv[1:])
