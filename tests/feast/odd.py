"""Writes a file registry that is hard to show: python odd.py REGISTRY.db

The project `odd` has names of 120 characters and of other scripts, objects without anything that may be absent,
references to what is not there, and one view whose bytes cannot be read; the project `empty` has nothing. All of it is
written with Feast's own messages, because its API would refuse some of it.
"""

import environment  # noqa: F401  first
import sys
from pathlib import Path

from feast.protos.feast.core.DataSource_pb2 import DataSource
from feast.protos.feast.core.Entity_pb2 import Entity, EntitySpecV2
from feast.protos.feast.core.Feature_pb2 import FeatureSpecV2
from feast.protos.feast.core.FeatureService_pb2 import FeatureService, FeatureServiceSpec
from feast.protos.feast.core.FeatureView_pb2 import FeatureView, FeatureViewSpec
from feast.protos.feast.core.FeatureViewProjection_pb2 import FeatureViewProjection
from feast.protos.feast.core.Permission_pb2 import Permission, PermissionSpec
from feast.protos.feast.core.Project_pb2 import Project, ProjectSpec
from feast.protos.feast.core.Registry_pb2 import Registry
from feast.protos.feast.core.SavedDataset_pb2 import SavedDataset, SavedDatasetSpec

PROJECT = "odd"
LONG = "average_number_of_completed_trips_per_active_driver_and_calendar_week_excluding_cancellations_of_riders_and_of_drivers_v2"
SCRIPTS = ["водитель_статистика", "司机每小时统计", "إحصائيات_السائق", "ड्राइवर_आँकड़े", "na\u00efve \U0001f695 view", "<b>bold</b> & \"quoted\"", "a/b?c#d%20e"]
PROSE = "What is known of it, in one sentence that does not end soon. " * 12


def view(name: str, **more) -> FeatureView:
    return FeatureView(spec=FeatureViewSpec(name=name, project=PROJECT, **more))


def registry() -> Registry:
    many_tags = {f"tag_{number}_{'x' * number}": f"value {number} " * (number % 4) for number in range(24)}
    source = DataSource(name=LONG, project=PROJECT, type=DataSource.BATCH_FILE, file_options=DataSource.FileOptions(uri=f"s3://{LONG}/{LONG}.parquet"))
    features = [FeatureSpecV2(name=name, value_type=2, description=PROSE) for name in [LONG, *SCRIPTS]]
    return Registry(
        registry_schema_version="1",
        projects=[Project(spec=ProjectSpec(name=PROJECT, description=PROSE, owner=f"{LONG}@example.com", tags=many_tags)), Project(spec=ProjectSpec(name="empty"))],
        entities=[Entity(spec=EntitySpecV2(name=name, project=PROJECT, join_key=name)) for name in [LONG, *SCRIPTS]],
        data_sources=[source, DataSource(name="lonely", project=PROJECT)],
        feature_views=[
            view(LONG, entities=[LONG, *SCRIPTS], features=features, batch_source=source, description=PROSE, owner=f"{LONG}@example.com", tags=many_tags, online=True),
            *(view(name, features=features, entities=[name], batch_source=source) for name in SCRIPTS),
            view("bare"),
            view("of_absent", entities=["no_such_entity"], batch_source=DataSource(name="no_such_source")),
        ],
        feature_services=[
            FeatureService(spec=FeatureServiceSpec(name=LONG, project=PROJECT, features=[FeatureViewProjection(feature_view_name=LONG, feature_columns=features)], description=PROSE)),
            FeatureService(spec=FeatureServiceSpec(name="of_absent", project=PROJECT, features=[FeatureViewProjection(feature_view_name="no_such_view")])),
        ],
        saved_datasets=[SavedDataset(spec=SavedDatasetSpec(name="bare", project=PROJECT))],
        permissions=[Permission(spec=PermissionSpec(name=LONG, project=PROJECT, name_patterns=["(", LONG])), Permission(spec=PermissionSpec(name="bare", project=PROJECT))],
    )


def damaged() -> bytes:
    """A feature view, field 6 of the registry, with a name and, in its metadata, a varint that does not end."""
    spec = FeatureViewSpec(name="damaged", project=PROJECT).SerializeToString()
    body = b"\x0a" + bytes([len(spec)]) + spec + b"\x12\x02\x08\xff"
    return b"\x32" + bytes([len(body)]) + body


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(registry().SerializeToString() + damaged())
