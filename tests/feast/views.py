"""Feature views of the interop project, of all four kinds, and their successive definitions.

A function `name(version)` returns the definition that makes that version when it is applied after the ones before it.
"""

from datetime import timedelta
from typing import Any

from sources import (
    ODD_TAGS,
    customer,
    customer_file,
    data_sources,
    driver,
    driver_events,
    driver_file,
    driver_push,
    trip_request,
)
import pandas as pd
from feast import BatchFeatureView, FeatureView, Field, StreamFeatureView
from feast.aggregation import Aggregation
from feast.base_feature_view import BaseFeatureView
from feast.labeling import ConflictPolicy, LabelView
from feast.on_demand_feature_view import OnDemandFeatureView, on_demand_feature_view
from feast.types import (
    Array,
    Bool,
    Bytes,
    Float32,
    Float64,
    Int32,
    Int64,
    Json,
    Map,
    Set,
    String,
    Struct,
    UnixTimestamp,
)

DAY = timedelta(days=1)


def driver_stats(version: int) -> FeatureView:
    schema = [
        Field(name="driver_id", dtype=Int64),
        Field(name="conv_rate", dtype=Float32, description="conversion rate", tags={"unit": "1", **ODD_TAGS}),
        Field(name="acc_rate", dtype=Float32),
        Field(name="trips", dtype=Array(Int64)),
    ]
    if version >= 1:
        schema.append(Field(name="rating", dtype=Float64))
    if version >= 2:
        schema[2] = Field(name="acc_rate", dtype=Float64)
    return FeatureView(
        name="driver_stats",
        entities=[driver],
        ttl=DAY,
        schema=schema,
        source=driver_file,
        online=True,
        offline=True,
        enable_validation=True,
        description="Hourly statistics",
        tags={"team": "ranking", **ODD_TAGS},
        owner="ranking@example.com",
        org="mobility",
    )


def customer_daily(version: int, pin: str = "latest") -> FeatureView:
    names = ["total", "orders", "returns"][: version + 1]
    return FeatureView(
        name="customer_daily",
        entities=[customer, driver],
        schema=[Field(name="customer_id", dtype=String), Field(name="driver_id", dtype=Int64)]
        + [Field(name=name, dtype=Float64) for name in names],
        source=customer_file,
        version=pin,
    )


def retagged(version: int, tag: str) -> FeatureView:
    names = ["first", "second"][: version + 1]
    return FeatureView(
        name="retagged",
        entities=[driver],
        schema=[Field(name=name, dtype=Int32) for name in names],
        source=driver_file,
        tags={"tag": tag},
    )


all_types = FeatureView(
    name="all_types",
    schema=[
        Field(
            name="embedding", dtype=Array(Float32), vector_index=True, vector_length=3, vector_search_metric="cosine"
        ),
        Field(name="bytes", dtype=Bytes),
        Field(name="flag", dtype=Bool),
        Field(name="at", dtype=UnixTimestamp),
        Field(name="json", dtype=Json),
        Field(name="map", dtype=Map),
        Field(name="set", dtype=Set(String)),
        Field(name="struct", dtype=Struct({"a": Int64, "b": Array(String)})),
        Field(name="lists", dtype=Array(Array(Int32))),
    ],
    entities=[customer],
    source=data_sources[7],
    online=False,
    enabled=False,
)
planned = FeatureView(
    name="planned",
    entities=[driver],
    schema=[Field(name="later", dtype=Int64)],
    source=driver_push,
    version="v10",
)


def order_totals() -> BatchFeatureView:
    # Local, because a pickle would only name a global function of this module. Feast's decorators see to that.
    def total(rows: pd.DataFrame) -> pd.DataFrame:
        return rows

    return BatchFeatureView(
        name="order_totals",
        mode="pandas",
        entities=[customer],
        ttl=7 * DAY,
        schema=[Field(name="orders", dtype=Int64)],
        source=customer_file,
        aggregations=[Aggregation(column="orders", function="sum", time_window=DAY)],
        udf=total,
        udf_string="def total(rows: pd.DataFrame) -> pd.DataFrame:\n    return rows\n",
        online=True,
    )


derived = BatchFeatureView(
    name="derived",
    mode="python",
    entities=[customer],
    schema=[Field(name="orders", dtype=Int64)],
    source=[order_totals()],
    sink_source=customer_file,
)


# Stream feature views: with a function, aggregations and two versions; and without a function.
def driver_live(version: int) -> StreamFeatureView:
    def live(rows):
        return rows

    return StreamFeatureView(
        name="driver_live",
        entities=[driver],
        ttl=3 * DAY,
        mode="python",
        schema=[Field(name="score", dtype=Float64)] + ([Field(name="speed", dtype=Float64)] if version else []),
        timestamp_field="event_timestamp",
        source=driver_events,
        aggregations=[Aggregation(column="score", function="mean", time_window=DAY, slide_interval=DAY / 24)],
        enable_tiling=True,
        tiling_hop_size=timedelta(minutes=10),
        udf=live,
        udf_string="def live(rows):\n    return rows\n",
        tags={"live": "yes"},
    )


driver_pushed = StreamFeatureView(
    name="driver_pushed", entities=[driver], schema=[Field(name="pushed", dtype=Int64)], source=driver_push
)


# On-demand feature views. A changed function makes a version.
def trip_estimate(version: int) -> OnDemandFeatureView:
    options: dict[str, Any] = dict(
        sources=[driver_stats(2), trip_request],
        schema=[Field(name="estimate", dtype=Float64)],
        mode="pandas",
        description="Estimated trip",
        tags={"team": "ranking"},
        owner="ranking@example.com",
        track_metrics=True,
    )
    if version:

        @on_demand_feature_view(**options)
        def trip_estimate(inputs: pd.DataFrame) -> pd.DataFrame:
            frame = pd.DataFrame()
            frame["estimate"] = inputs["conv_rate"] * inputs["distance"] * 2
            return frame
    else:

        @on_demand_feature_view(**options)
        def trip_estimate(inputs: pd.DataFrame) -> pd.DataFrame:
            frame = pd.DataFrame()
            frame["estimate"] = inputs["conv_rate"] * inputs["distance"]
            return frame

    return trip_estimate


@on_demand_feature_view(
    entities=[driver],
    sources=[customer_daily(0)],
    schema=[Field(name="driver_id", dtype=Int64), Field(name="doubled", dtype=Float64)],
    mode="python",
    write_to_online_store=True,
    singleton=True,
)
def doubled(inputs: dict) -> dict:
    return {"doubled": inputs["total"] * 2}


@on_demand_feature_view(
    input_schema=[Field(name="text", dtype=String)], schema=[Field(name="length", dtype=Int64)], mode="python"
)
def text_length(inputs: dict) -> dict:
    return {"length": [len(text) for text in inputs["text"]]}


trip_sums = OnDemandFeatureView(
    name="trip_sums",
    sources=[driver_stats(2)],
    schema=[Field(name="sum_rating", dtype=Float64)],
    aggregations=[Aggregation(column="rating", function="sum", name="sum_rating")],
)


def driver_labels(version: int) -> LabelView:
    labels = [Field(name="good", dtype=Bool), Field(name="labeler", dtype=String)]
    return LabelView(
        name="driver_labels",
        entities=[driver],
        ttl=30 * DAY,
        schema=[Field(name="driver_id", dtype=Int64), *labels]
        + ([Field(name="comment", dtype=String)] if version else []),
        source=driver_push,
        labeler_field="labeler",
        conflict_policy=ConflictPolicy.MAJORITY_VOTE,
        reference_feature_view="driver_stats",
        tags={"feast.io/labeling-method": "entity-form"},
    )


# In this order: a line that repeats a name makes a new version, a pin (`customer_daily`) or an update (`retagged`).
views: list[BaseFeatureView] = [
    driver_stats(0),
    driver_stats(1),
    driver_stats(2),
    customer_daily(0),
    customer_daily(1),
    customer_daily(2),
    customer_daily(2, pin="v1"),
    retagged(0, "one"),
    retagged(1, "one"),
    retagged(1, "two"),
    all_types,
    planned,
    order_totals(),
    derived,
    driver_live(0),
    driver_live(1),
    driver_pushed,
    trip_estimate(0),
    trip_estimate(1),
    doubled,
    text_length,
    trip_sums,
    driver_labels(0),
    driver_labels(1),
]
