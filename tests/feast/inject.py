"""Changes stored blobs behind every registry's back, in SQL: what a newer Feast, or a fault, may leave there.

Usage: python inject.py SQLALCHEMY_URL PROJECT                   puts unknown fields into every blob of the project
       python inject.py --deep SQLALCHEMY_URL PROJECT            ... and into every message nested in it
       python inject.py --check SQLALCHEMY_URL PROJECT           do all blobs still have them?
       python inject.py --damage TABLE NAME SQLALCHEMY_URL PROJECT   cuts the blob off where it no longer parses
       python inject.py --future SQLALCHEMY_URL PROJECT          adds objects of a newer Feast

The unknown fields are number 20001 (varint 7) and 20002 (bytes "from the future"); no schema has these. They go into
the top message and into its `spec` and `meta`, which are made where missing. History rows are blobs like others.
--check prints {"blobs": COUNT, "lost": [{"table": TABLE, "key": [PRIMARY KEY], "paths": ["", "spec"]}]} and exits 1 if
anything is lost; it looks at the same three places, also after --deep. A blob that does not parse has lost all, and so
has one that was not there at the time.
--damage cuts every row of that name, versions of a view included if TABLE is the history, and fails if there is none.
--future prints {TABLE: NAME} of the added rows: an entity, a data source, a feature view and a permission with enum
numbers that no schema has, and fields 20001 and 20002. Feast 0.67 itself refuses such an enum when it reads the object.
"""

import sys
import time
from typing import Any, Iterator

from registry import blob_column, blob_message, connect, nested, print_json, tables
from feast.infra.registry import sql
from feast.protos.feast.core.DataSource_pb2 import DataSource
from feast.protos.feast.core.Entity_pb2 import Entity
from feast.protos.feast.core.FeatureView_pb2 import FeatureView
from feast.protos.feast.core.Permission_pb2 import Permission
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet
from sqlalchemy import Connection, Row, Table, insert, select, update

NUMBERS = (20001, 20002)
TEXT = b"from the future"
# On the wire: key (number and wire type) as a varint, then the varint 7, or the length and the bytes.
UNKNOWN = bytes([0x88, 0xE2, 0x09, 7]) + bytes([0x92, 0xE2, 0x09, len(TEXT)]) + TEXT


def inject(connection: Connection, project: str, deep: bool) -> None:
    for table, row in list(blobs(connection, project)):
        message = blob_message(table, row).FromString(row._mapping[blob_column(table)])
        targets = [node for _, node in nested(message)] if deep else []
        for node in [*places(message).values(), *targets]:
            if not marked(node):
                node.MergeFromString(UNKNOWN)
        store(connection, table, row, message.SerializeToString())


def check(connection: Connection, project: str) -> int:
    count, lost = 0, []
    for table, row in blobs(connection, project):
        count += 1
        try:
            message = blob_message(table, row).FromString(row._mapping[blob_column(table)])
            paths = [path for path, node in places(message).items() if not marked(node)]
        except DecodeError:
            paths = ["", "spec", "meta"]
        if paths:
            lost.append({"table": table.name, "key": key(table, row), "paths": paths})
    print_json({"blobs": count, "lost": lost})
    return 1 if lost else 0


def damage(connection: Connection, project: str, table_name: str, name: str) -> None:
    found = [
        (table, row)
        for table, row in blobs(connection, project)
        if table.name == table_name and key(table, row)[0] == name
    ]
    if not found:
        raise SystemExit(f"no row {name!r} in {table_name!r}")
    for table, row in found:
        blob, message = row._mapping[blob_column(table)], blob_message(table, row)
        length = next(length for length in range(len(blob) // 2, 0, -1) if not parses(message, blob[:length]))
        store(connection, table, row, blob[:length])


def future(connection: Connection, project: str) -> None:
    name = "from_the_future"
    entity, source, view, permission = Entity(), DataSource(name=name, type=99), FeatureView(), Permission()
    entity.spec.name, entity.spec.value_type = name, 999
    view.spec.name, view.spec.version = name, "latest"
    view.spec.features.add(name="feature", value_type=999)
    view.meta.state = 99
    permission.spec.name = name
    permission.spec.types.append(99)
    permission.spec.actions.append(99)
    rows = {
        sql.entities: entity,
        sql.data_sources: source,
        sql.feature_views: view,
        sql.permissions: permission,
    }
    for table, message in rows.items():
        for node in places(message).values():
            node.MergeFromString(UNKNOWN)
        values = {
            next(iter(table.primary_key)).name: name,
            "project_id": project,
            "last_updated_timestamp": int(time.time()),
            blob_column(table): message.SerializeToString(),
        }
        connection.execute(insert(table).values(values))
    print_json({table.name: name for table in rows})


def blobs(connection: Connection, project: str) -> Iterator[tuple[Table, Row[Any]]]:
    for table in tables():
        if blob_column(table):
            for row in connection.execute(select(table).where(table.c.project_id == project)).all():
                yield table, row


def places(message: Message) -> dict[str, Message]:
    names = [name for name in ("spec", "meta") if name in message.DESCRIPTOR.fields_by_name]
    return {"": message, **{name: getattr(message, name) for name in names}}


def marked(node: Message) -> bool:
    return set(NUMBERS) <= {field.field_number for field in UnknownFieldSet(node)}


def parses(message: type[Message], blob: bytes) -> bool:
    try:
        message.FromString(blob)
    except DecodeError:
        return False
    return True


def key(table: Table, row: Row[Any]) -> list[Any]:
    return [row._mapping[column.name] for column in table.primary_key]


def store(connection: Connection, table: Table, row: Row[Any], blob: bytes) -> None:
    same_row = [column == row._mapping[column.name] for column in table.primary_key]
    connection.execute(update(table).where(*same_row).values({blob_column(table): blob}))


def main(arguments: list[str]) -> int:
    *options, url, project = arguments
    with connect(url).begin() as connection:
        match options:
            case [] | ["--deep"]:
                inject(connection, project, deep=bool(options))
            case ["--check"]:
                return check(connection, project)
            case ["--damage", table, name]:
                damage(connection, project, table, name)
            case ["--future"]:
                future(connection, project)
            case _:
                raise SystemExit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
