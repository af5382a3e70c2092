"""Writes web/public/example.db, the registry that the viewer opens as its example, with real Feast.

    python3 -m venv venv && venv/bin/pip install feast==0.67.0 && venv/bin/python web/example/example.py

Something of everything, and some of what goes wrong: a gap and an overlap in materialization, an interval that
reaches into the future, a view that nobody uses, things without owner or description.
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
from feast import (
    Entity,
    FeatureService,
    FeatureView,
    Field,
    FileSource,
    KafkaSource,
    LabelView,
    Project,
    PushSource,
    RequestSource,
    StreamFeatureView,
    ValueType,
)
from feast.aggregation import Aggregation
from feast.data_format import JsonFormat
from feast.infra.offline_stores.bigquery_source import BigQuerySource
from feast.infra.offline_stores.file_source import SavedDatasetFileStorage
from feast.infra.registry.registry import Registry
from feast.on_demand_feature_view import on_demand_feature_view
from feast.permissions.action import AuthzedAction
from feast.permissions.permission import Permission
from feast.permissions.policy import GroupBasedPolicy, RoleBasedPolicy
from feast.repo_config import RegistryConfig
from feast.saved_dataset import SavedDataset
from feast.types import Array, Bool, Float32, Float64, Int64, String, UnixTimestamp

PATH = Path(__file__).parent.parent / "public" / "example.db"
NOW = datetime(2026, 11, 20, 6, tzinfo=timezone.utc)
DAY = timedelta(days=1)
RANKING = {"team": "ranking", "tier": "gold"}
FRAUD = {"team": "fraud", "tier": "gold"}
MAPS = {"team": "maps", "tier": "silver"}


def portable(function):
    """Feast pickles it with the place of this file; the example is the same wherever it is made."""
    function.__code__ = function.__code__.replace(co_filename="example.py")
    return function


def rides(registry: Registry) -> None:
    project = "rides"
    registry.apply_project(
        Project(
            name=project,
            description="Matches riders with drivers, and sets the price",
            owner="ml-platform@example.com",
            tags={"tier": "gold", "domain": "mobility"},
        )
    )
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64, description="Someone who drives", owner="ranking@example.com", tags=RANKING)
    rider = Entity(name="rider", join_keys=["rider_id"], value_type=ValueType.INT64, description="Someone who is driven", owner="growth@example.com", tags={"pii": "yes"})
    zone = Entity(name="zone", join_keys=["h3_cell"], value_type=ValueType.STRING, description="A hexagon of the city", owner="maps@example.com", tags=MAPS)
    vehicle = Entity(name="vehicle", join_keys=["vehicle_id"], value_type=ValueType.STRING)
    for entity in (driver, rider, zone, vehicle):
        registry.apply_entity(entity, project)

    def parquet(name: str, **more) -> FileSource:
        return FileSource(name=name, path=f"s3://rides-lake/{name}.parquet", timestamp_field="event_timestamp", created_timestamp_column="created", **more)

    trips = parquet("driver_trips", description="Trips per driver and hour", owner="ranking@example.com", tags=RANKING)
    riders = BigQuerySource(name="rider_totals", table="rides.marts.rider_totals", timestamp_field="event_timestamp", description="Totals per rider and day", owner="growth@example.com", tags={"pii": "yes"})
    traffic = BigQuerySource(
        name="zone_traffic",
        query="SELECT h3_cell, event_timestamp,\n       AVG(speed_kmh) AS speed_kmh,\n       COUNT(*) AS trips\nFROM rides.raw.pings\nGROUP BY h3_cell, event_timestamp",
        timestamp_field="event_timestamp",
        owner="maps@example.com",
        tags=MAPS,
    )
    images = parquet("vehicle_images", description="Embeddings of vehicle photographs")
    pings = KafkaSource(
        name="driver_pings",
        kafka_bootstrap_servers="kafka.example.com:9092",
        topic="driver.pings.v2",
        timestamp_field="event_timestamp",
        message_format=JsonFormat(schema_json="driver_id long, lat double, lon double, event_timestamp timestamp"),
        batch_source=trips,
        watermark_delay_threshold=timedelta(minutes=5),
        description="Where every driver is, each second",
        owner="ranking@example.com",
        tags=RANKING,
    )
    ratings = PushSource(name="ratings_push", batch_source=parquet("ratings"), description="Ratings as they are given", owner="growth@example.com")
    request = RequestSource(name="trip_request", schema=[Field(name="distance_km", dtype=Float64), Field(name="surge", dtype=Float64)], description="What the app asks for")
    legacy = parquet("legacy_driver_scores")
    for source in (trips, riders, traffic, images, pings, ratings, request, legacy):
        registry.apply_data_source(source, project)

    driver_stats = FeatureView(
        name="driver_hourly_stats",
        entities=[driver],
        ttl=2 * DAY,
        schema=[
            Field(name="conversion_rate", dtype=Float32, description="Accepted offers per offer"),
            Field(name="acceptance_rate", dtype=Float32, description="Accepted offers per seen offer"),
            Field(name="trips_today", dtype=Int64),
        ],
        source=trips,
        description="How a driver has done lately",
        owner="ranking@example.com",
        tags=RANKING,
    )
    registry.apply_feature_view(driver_stats, project)
    for more in ("trips_7d", "cancellations_7d"):
        driver_stats.features = [*driver_stats.features, Field(name=more, dtype=Int64, tags={"window": "7d"})]
        registry.apply_feature_view(driver_stats, project)
    rider_profile = FeatureView(
        name="rider_profile",
        entities=[rider],
        ttl=30 * DAY,
        schema=[
            Field(name="trips_total", dtype=Int64, description="Since sign-up"),
            Field(name="mean_fare", dtype=Float64, description="In the city's currency"),
            Field(name="favourite_zone", dtype=String),
            Field(name="signed_up", dtype=UnixTimestamp),
            Field(name="is_business", dtype=Bool),
        ],
        source=riders,
        description="Who a rider is",
        owner="growth@example.com",
        tags={"team": "growth", "tier": "gold", "pii": "yes"},
    )
    zone_traffic = FeatureView(
        name="zone_traffic_hourly",
        entities=[zone],
        ttl=timedelta(hours=6),
        schema=[Field(name="speed_kmh", dtype=Float32), Field(name="trips", dtype=Int64)],
        source=traffic,
        description="How fast a hexagon moves",
        owner="maps@example.com",
        tags=MAPS,
        online=True,
    )
    vehicle_embedding = FeatureView(
        name="vehicle_embedding",
        entities=[vehicle],
        ttl=timedelta(0),
        schema=[Field(name="embedding", dtype=Array(Float32), vector_index=True, vector_search_metric="cosine", vector_length=384)],
        source=images,
        tags={"team": "search"},
    )
    rider_ratings = FeatureView(
        name="rider_ratings",
        entities=[rider],
        ttl=7 * DAY,
        schema=[Field(name="mean_rating", dtype=Float32), Field(name="ratings", dtype=Int64)],
        source=ratings,
        online=True,
        description="What drivers think of a rider",
        tags={"team": "growth", "tier": "silver"},
    )
    unused = FeatureView(name="driver_scores_old", entities=[driver], ttl=DAY, schema=[Field(name="score", dtype=Float64)], source=legacy)
    live = StreamFeatureView(
        name="driver_activity_live",
        entities=[driver],
        ttl=timedelta(hours=1),
        mode="pandas",
        schema=[Field(name="speed_kmh", dtype=Float32), Field(name="idle_seconds", dtype=Int64)],
        timestamp_field="event_timestamp",
        aggregations=[
            Aggregation(column="speed_kmh", function="avg", time_window=timedelta(minutes=10), slide_interval=timedelta(minutes=1)),
            Aggregation(column="idle_seconds", function="sum", time_window=timedelta(hours=1)),
        ],
        source=pings,
        description="What a driver is doing now",
        owner="ranking@example.com",
        tags=RANKING,
        udf=portable(lambda frame: frame),
        udf_string="def clean(frame):\n    return frame.filter(frame.speed_kmh < 200)\n",
    )
    labels = LabelView(
        name="trip_disputes",
        source=PushSource(name="disputes_push", batch_source=parquet("disputes")),
        entities=[rider],
        schema=[Field(name="is_dispute", dtype=Bool), Field(name="labeler", dtype=String)],
        description="Trips that riders complained about, as reviewers judged",
        owner="fraud@example.com",
        tags=FRAUD,
    )
    for view in (rider_profile, zone_traffic, vehicle_embedding, rider_ratings, unused, live, labels):
        registry.apply_feature_view(view, project)

    @on_demand_feature_view(
        name="trip_estimate",
        sources=[driver_stats, zone_traffic, request],
        schema=[Field(name="minutes", dtype=Float64), Field(name="fare", dtype=Float64)],
        description="How long a trip will take, and what it will cost",
        owner="ranking@example.com",
        tags=RANKING,
    )
    @portable
    def trip_estimate(inputs: pd.DataFrame) -> pd.DataFrame:
        estimate = pd.DataFrame()
        estimate["minutes"] = 60 * inputs["distance_km"] / inputs["speed_kmh"].clip(lower=5)
        # A busy driver's trips are dearer.
        estimate["fare"] = (2.5 + 1.1 * inputs["distance_km"]) * inputs["surge"].fillna(1.0)
        return estimate

    registry.apply_feature_view(trip_estimate, project)

    services = [
        FeatureService(name="driver_ranking_v3", features=[driver_stats, live, rider_profile[["mean_fare", "favourite_zone"]]], description="Ranks the drivers nearest to a rider", owner="ranking@example.com", tags=RANKING),
        FeatureService(name="fare_estimate", features=[trip_estimate, zone_traffic, rider_profile], description="The price that the app shows", owner="pricing@example.com", tags={"team": "pricing", "tier": "gold"}),
        FeatureService(name="fraud_screen", features=[rider_profile, rider_ratings, labels], owner="fraud@example.com", tags=FRAUD),
        FeatureService(name="similar_vehicles", features=[vehicle_embedding]),
    ]
    for service in services:
        registry.apply_feature_service(service, project)

    registry.apply_saved_dataset(
        SavedDataset(
            name="ranking_train_2026_10",
            features=["driver_hourly_stats:conversion_rate", "driver_hourly_stats:trips_7d", "rider_profile:mean_fare"],
            join_keys=["driver_id", "rider_id"],
            storage=SavedDatasetFileStorage(path="s3://rides-lake/datasets/ranking_train_2026_10.parquet"),
            tags=RANKING,
            feature_service_name="driver_ranking_v3",
        ),
        project,
    )
    for permission in (
        Permission(name="ranking_reads", types=[FeatureView, FeatureService], actions=[AuthzedAction.DESCRIBE, AuthzedAction.READ_ONLINE], policy=RoleBasedPolicy(roles=["ranking-service"]), name_patterns=["driver_.*"]),
        Permission(name="pii_for_growth", types=[FeatureView], actions=[AuthzedAction.DESCRIBE, AuthzedAction.READ_OFFLINE], policy=GroupBasedPolicy(groups=["growth"]), required_tags={"pii": "yes"}),
        Permission(name="nobody_yet", types=[FeatureView], actions=[AuthzedAction.WRITE_ONLINE], policy=RoleBasedPolicy(roles=["backfill"]), name_patterns=["weather_.*"]),
    ):
        registry.apply_permission(permission, project)

    def materialized(view, *spans: tuple[float, float]) -> None:
        """Each span in days before NOW."""
        for start, end in spans:
            registry.apply_materialization(registry.get_feature_view(view.name, project), project, NOW - start * DAY, NOW - end * DAY)

    materialized(driver_stats, (12, 9), (9, 6), (6.5, 4), (4, 2), (2, 0.25))
    materialized(rider_profile, (60, 40), (33, 20), (20, 10), (10, 1))
    materialized(zone_traffic, (3, 2), (2, 1.5))
    materialized(rider_ratings, (7, 1), (1, -365))


def payments(registry: Registry) -> None:
    project = "payments"
    registry.apply_project(Project(name=project, description="Screens payments for fraud", owner="fraud@example.com", tags={"domain": "money"}))
    account = Entity(name="account", join_keys=["account_id"], value_type=ValueType.STRING, description="What pays", owner="fraud@example.com")
    registry.apply_entity(account, project)
    ledger = FileSource(name="ledger", path="s3://payments-lake/ledger.parquet", timestamp_field="booked_at", owner="fraud@example.com")
    registry.apply_data_source(ledger, project)
    view = FeatureView(
        name="account_activity",
        entities=[account],
        ttl=DAY,
        schema=[Field(name="chargebacks_30d", dtype=Int64), Field(name="volume_30d", dtype=Float64)],
        source=ledger,
        description="What an account has done lately",
        owner="fraud@example.com",
        tags=FRAUD,
    )
    registry.apply_feature_view(view, project)
    registry.apply_feature_service(FeatureService(name="payment_screen", features=[view], owner="fraud@example.com", tags=FRAUD), project)
    registry.apply_materialization(registry.get_feature_view(view.name, project), project, NOW - 3 * DAY, NOW - timedelta(hours=3))


PATH.unlink(missing_ok=True)
registry = Registry("rides", RegistryConfig(path=str(PATH)), repo_path=None)
rides(registry)
payments(registry)
registry.commit()
print(f"{PATH}: {PATH.stat().st_size} bytes")
