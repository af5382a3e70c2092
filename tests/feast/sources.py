"""Entities and data sources of the interop project: what its views stand on."""

import environment  # noqa: F401  first
from datetime import timedelta

from feast import (
    BigQuerySource,
    Entity,
    Field,
    FileSource,
    KafkaSource,
    KinesisSource,
    PushSource,
    RedshiftSource,
    RequestSource,
    SnowflakeSource,
)
from feast.credentials import ConnectionRef
from feast.data_format import AvroFormat, JsonFormat, ParquetFormat, ProtoFormat
from feast.data_source import DataSource
from feast.infra.offline_stores.contrib.athena_offline_store.athena_source import AthenaSource
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import PostgreSQLSource
from feast.infra.offline_stores.contrib.spark_offline_store.spark_source import SparkSource
from feast.types import Float64, Int32
from feast.value_type import ValueType

ODD_TAGS = {"emoji": "\N{ROCKET}", "quote'\"": "back\\slash", "empty": "", "": "empty key", "newline": "a\nb"}

# Entities. Feast checks nothing about these names.
driver = Entity(
    name="driver",
    join_keys=["driver_id"],
    value_type=ValueType.INT64,
    description="One driver",
    tags={"team": "ranking", **ODD_TAGS},
    owner="ranking@example.com",
)
customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.STRING, tags={"team": "crm"})
entities = [
    driver,
    customer,
    Entity(name="no_type"),
    Entity(name="a@:b", join_keys=["k"], value_type=ValueType.BYTES),
    Entity(name='it\'s "quoted" \\ 100%', value_type=ValueType.INT32),
    Entity(name="fahrer_\u00fc \u65e5\u672c", value_type=ValueType.UNIX_TIMESTAMP, description="\N{DROMEDARY CAMEL}"),
]

# Data sources of every class that can be made without its own extra package.
driver_file = FileSource(
    name="driver_file",
    path="data/driver.parquet",
    file_format=ParquetFormat(),
    timestamp_field="event_timestamp",
    created_timestamp_column="created",
    field_mapping={"acceptance": "acc_rate"},
    s3_endpoint_override="http://localhost:9000",
    description="Hourly statistics",
    tags={"team": "ranking"},
    owner="ranking@example.com",
    connection_ref=ConnectionRef(provider="env", name="DRIVERS", params={"region": "eu"}),
)
customer_file = FileSource(name="customer_file", path="data/customer.parquet", timestamp_field="event_timestamp")
driver_events = KafkaSource(
    name="driver_events",
    kafka_bootstrap_servers="broker:9092",
    topic="driver-events",
    timestamp_field="event_timestamp",
    message_format=AvroFormat('{"type": "record", "name": "event", "fields": []}'),
    watermark_delay_threshold=timedelta(minutes=5),
    batch_source=driver_file,
)
driver_push = PushSource(name="driver_push", batch_source=driver_file, tags={"team": "ranking"})
trip_request = RequestSource(
    name="trip_request", schema=[Field(name="distance", dtype=Float64), Field(name="hour", dtype=Int32)]
)
data_sources: list[DataSource] = [
    driver_file,
    customer_file,
    driver_events,
    driver_push,
    trip_request,
    KafkaSource(
        name="json_events",
        kafka_bootstrap_servers="broker:9092",
        topic="json-events",
        timestamp_field="ts",
        message_format=JsonFormat("driver_id int, score double"),
    ),
    KinesisSource(
        name="kinesis",
        record_format=ProtoFormat("com.example.Trip"),
        region="eu-central-1",
        stream_name="trips",
        timestamp_field="ts",
        batch_source=driver_file,
    ),
    BigQuerySource(name="bigquery", table="project.dataset.table", timestamp_field="ts"),
    SnowflakeSource(name="snowflake", database="D", schema="S", table="T", timestamp_field="ts"),
    RedshiftSource(name="redshift", database="d", schema="s", query="select 'x' as \"y\"", timestamp_field="ts"),
    AthenaSource(name="athena", database="d", table="t", data_source="AwsDataCatalog", timestamp_field="ts"),
    SparkSource(name="spark", table="t", timestamp_field="ts"),
    PostgreSQLSource(name="postgres", query="select 1", timestamp_field="ts"),
]
