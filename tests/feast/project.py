"""The project that the interop tests exchange: every kind of object that Feast's API can make, with fixed content.

Only definitions: names, texts and intervals never vary between runs, so that two runs differ in timestamps and
generated ids alone. `populate.py` applies them to a database, `snapshot.py --file` to a file. Entities and data
sources are in sources.py, views in views.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sources import ODD_TAGS
from views import DAY, doubled, driver_labels, driver_live, driver_stats, trip_estimate
from feast import Entity, FeatureService, FeatureView, Project
from feast.base_feature_view import BaseFeatureView
from feast.dqm.profilers.ge_profiler import GEProfile, GEProfiler
from feast.feature_logging import LoggingConfig
from feast.infra.infra_object import Infra, InfraObject
from feast.infra.offline_stores.bigquery_source import SavedDatasetBigQueryStorage
from feast.infra.offline_stores.file_source import FileLoggingDestination, SavedDatasetFileStorage
from feast.infra.online_stores.sqlite import SqliteTable
from feast.labeling import LabelView
from feast.permissions.action import ALL_ACTIONS, AuthzedAction
from feast.permissions.permission import Permission
from feast.permissions.policy import (
    CombinedGroupNamespacePolicy,
    GroupBasedPolicy,
    NamespaceBasedPolicy,
    RoleBasedPolicy,
)
from feast.protos.feast.core.InfraObject_pb2 import InfraObject as InfraObjectProto
from feast.saved_dataset import SavedDataset, ValidationReference

EPOCH = datetime(2026, 1, 1, tzinfo=timezone.utc)
PROJECT_METADATA = {"cost_center": "4711", "note": "quotes ' \" and a snowman \N{SNOWMAN}"}

feature_services = [
    FeatureService(
        name="ranking",
        features=[driver_stats(2)[["conv_rate", "rating"]], trip_estimate(1), driver_labels(1)],
        description="Ranks drivers",
        tags={"stage": "production", **ODD_TAGS},
        owner="ranking@example.com",
        logging_config=LoggingConfig(FileLoggingDestination(path="logs", partition_by=["day"]), sample_rate=0.25),
    ),
    FeatureService(
        name="rivals",
        features=[
            driver_stats(2),
            driver_stats(2).with_name("rival_stats").with_join_key_map({"driver_id": "rival_id"}),
            driver_live(1),
        ],
        precompute_online=True,
    ),
    FeatureService(name="first_version", features=["driver_stats@v0:trips"]),
    FeatureService(name="nothing", features=[]),
]


def saved_datasets() -> list[SavedDataset]:
    training = SavedDataset(
        name="training",
        features=["driver_stats:conv_rate", "driver_stats:rating"],
        join_keys=["driver_id"],
        storage=SavedDatasetFileStorage(path="data/training.parquet"),
        full_feature_names=True,
        tags={"purpose": "training"},
        feature_service_name="ranking",
        namespace="ranking",
        collection="2026",
        description="First training set",
    )
    training.min_event_timestamp, training.max_event_timestamp = EPOCH, EPOCH + 30 * DAY
    warehouse = SavedDataset(
        name="warehouse", features=[], join_keys=[], storage=SavedDatasetBigQueryStorage(table="project.dataset.saved")
    )
    return [training, warehouse]


def validation_reference() -> ValidationReference:
    from great_expectations.core import ExpectationSuite

    def suite(dataset):
        return None

    reference = ValidationReference(
        "training_profile", "training", GEProfiler(suite), description="As of January", tags={"a": "b"}
    )
    reference._profile = GEProfile(ExpectationSuite(expectation_suite_name="training", expectations=[]))
    return reference


permissions = [
    Permission(
        name="readers",
        types=[FeatureView, Entity, LabelView],
        name_patterns=["driver.*", "customer_.*"],
        actions=[AuthzedAction.DESCRIBE, AuthzedAction.READ_ONLINE],
        policy=RoleBasedPolicy(roles=["reader", "admin"]),
        tags={"team": "ranking"},
        required_tags={"team": "ranking"},
    ),
    Permission(name="admins", actions=ALL_ACTIONS, policy=GroupBasedPolicy(groups=["admins"])),
    Permission(name="cluster", types=[FeatureService], policy=NamespaceBasedPolicy(namespaces=["prod", "staging"])),
    Permission(name="either", policy=CombinedGroupNamespacePolicy(groups=["a"], namespaces=["b"])),
]


@dataclass
class Interval:
    """One recorded materialization of a view."""

    view: BaseFeatureView
    start: datetime
    end: datetime


materializations = [
    Interval(driver_stats(2), EPOCH, EPOCH + DAY),
    Interval(driver_stats(2), EPOCH + DAY, EPOCH + 2 * DAY),
    Interval(driver_stats(2), EPOCH, EPOCH + timedelta(microseconds=1)),
    Interval(driver_live(1), EPOCH, EPOCH + DAY),
]

user_metadata: dict[BaseFeatureView, bytes] = {
    view: b"\x00\xff user metadata, not text \x80" + view.name.encode()
    for view in (driver_stats(2), driver_live(1), doubled, driver_labels(1))
}


class CustomTopic(InfraObject):
    """Infrastructure that Feast does not know: stored as opaque bytes under this class's dotted name."""

    def __init__(self, name: str):
        super().__init__(name)

    def to_infra_object_proto(self) -> InfraObjectProto:
        custom = InfraObjectProto.CustomInfra(field=self.to_proto())
        return InfraObjectProto(infra_object_class_type="project.CustomTopic", custom_infra=custom)

    def to_proto(self) -> bytes:
        return self.name.encode()

    @staticmethod
    def from_infra_object_proto(infra_object_proto: InfraObjectProto) -> "CustomTopic":
        return CustomTopic(infra_object_proto.custom_infra.field.decode())

    @staticmethod
    def from_proto(infra_object_proto: bytes) -> "CustomTopic":
        return CustomTopic(infra_object_proto.decode())

    def update(self) -> None: ...

    def teardown(self) -> None: ...


def project(name: str) -> Project:
    return Project(name=name, description="Interop", tags={"env": "test", **ODD_TAGS}, owner="ranking@example.com")


def infra() -> Infra:
    return Infra([SqliteTable(path=":memory:", name="driver_stats"), CustomTopic("topic \N{SNOWMAN}")])
