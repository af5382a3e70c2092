"""Runs modules that define objects, and applies the object that each defines last to a registry database.

Usage: python define.py SQLALCHEMY_URL PROJECT FOLDER

The modules of FOLDER are run in the order of their names. Prints the validation references, as {NAME: OBJECT} in the
form of read.py: Feast writes one without a profiler, but does not read it.
"""

import runpy
import sys
from pathlib import Path
from typing import Any

from registry import canonical, open_sql, print_json
from feast import Entity, FeatureService, Project
from feast.base_feature_view import BaseFeatureView
from feast.data_source import DataSource
from feast.errors import FeatureViewPinConflict
from feast.infra.registry.sql import SqlRegistry
from feast.permissions.permission import Permission
from feast.saved_dataset import SavedDataset, ValidationReference

APPLY: dict[type, Any] = {
    Entity: SqlRegistry.apply_entity,
    DataSource: SqlRegistry.apply_data_source,
    BaseFeatureView: SqlRegistry.apply_feature_view,
    FeatureService: SqlRegistry.apply_feature_service,
    SavedDataset: SqlRegistry.apply_saved_dataset,
    Permission: SqlRegistry.apply_permission,
}


def main(url: str, project: str, folder: str) -> None:
    registry = open_sql(url, project)
    references = {}
    for path in sorted(Path(folder).iterdir()):
        kinds = (*APPLY, Project, ValidationReference)
        defined = [value for value in runpy.run_path(str(path)).values() if isinstance(value, kinds)][-1]
        if isinstance(defined, ValidationReference):
            references[defined.name] = canonical(defined.to_proto())
        elif isinstance(defined, Project):
            registry.apply_project(defined)
        else:
            apply = next(apply for kind, apply in APPLY.items() if isinstance(defined, kind))
            try:
                apply(registry, defined, project)
            except FeatureViewPinConflict:
                pin(registry, defined, project)
    print_json(references)


def pin(registry: SqlRegistry, defined: BaseFeatureView, project: str) -> None:
    """Feast pins what is in force only, and takes the definition from its history: it has to be the one given."""
    view = registry.get_any_feature_view(defined.name, project)
    view.version = defined.version
    registry.apply_feature_view(view, project)
    pinned, given = (
        canonical(each.to_proto())["spec"] for each in (registry.get_any_feature_view(defined.name, project), defined)
    )
    if pinned != given:
        raise SystemExit(f"pinned is\n{pinned}\nnot\n{given}")


if __name__ == "__main__":
    main(*sys.argv[1:])
