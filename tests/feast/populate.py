"""Fills a registry database with the project of project.py, through Feast's SqlRegistry.

Usage: python populate.py SQLALCHEMY_URL PROJECT

Also makes the project `PROJECT_other`, which holds one entity. On MySQL and MariaDB the database's character set must
be utf8mb4, for some names are not Latin. Feast's own command line reads the result only with this folder on
PYTHONPATH (it imports the class of the custom infra object). Prints nothing; a failure is a traceback.
"""

import sys

from registry import open_sql
import project as define
from sources import customer, data_sources, entities
from views import views
from feast.infra.registry.base_registry import BaseRegistry


def apply(registry: BaseRegistry, project: str) -> None:
    """Everything that a registry of either kind, database or file, can hold."""
    registry.apply_project(define.project(project))
    for entity in entities:
        registry.apply_entity(entity, project)
    for source in data_sources:
        registry.apply_data_source(source, project)
    for view in views:
        registry.apply_feature_view(view, project)
    for service in define.feature_services:
        registry.apply_feature_service(service, project)
    for dataset in define.saved_datasets():
        registry.apply_saved_dataset(dataset, project)
    registry.apply_validation_reference(define.validation_reference(), project)
    for permission in define.permissions:
        registry.apply_permission(permission, project)
    for interval in define.materializations:
        registry.apply_materialization(interval.view, project, interval.start, interval.end)
    registry.update_infra(define.infra(), project)


def main(url: str, project: str) -> None:
    registry = open_sql(url, project)
    apply(registry, project)
    for view, metadata in define.user_metadata.items():
        registry.apply_user_metadata(project, view, metadata)
    for key, value in define.PROJECT_METADATA.items():
        registry.set_project_metadata(project, key, value)
    registry.apply_entity(customer, f"{project}_other")


if __name__ == "__main__":
    main(*sys.argv[1:])
