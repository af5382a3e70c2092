"""Registry protobufs: taken from a database by Feast, made by Feast's file registry, and read by it.

Usage: python snapshot.py SQLALCHEMY_URL OUT.pb          SqlRegistry.proto(): all projects, history not included
       python snapshot.py --file REGISTRY.db PROJECT     a file registry with all of project.py, history included
       python snapshot.py --read REGISTRY.pb PROJECT     opens a copy with Feast's file registry and prints it

--read prints the document that read.py describes; Feast keeps no user metadata in files, and of project metadata only
`project_uuid`. Only --read prints anything.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import populate
from feast.infra.registry.sql import projects
from read import document
from registry import connect, open_file, open_sql, print_json
from sqlalchemy import select


def take(url: str, out: str) -> None:
    # Feast opens a registry for one project and would make a missing one: so for one that is there.
    with connect(url).connect() as connection:
        project = connection.execute(select(projects.c.project_id)).scalars().first()
    if project is None:
        raise SystemExit("the registry has no project")
    Path(out).write_bytes(open_sql(url, project).proto().SerializeToString())


def make(path: str, project: str) -> None:
    registry = open_file(path, project)
    populate.apply(registry, project)
    registry.commit()


def show(path: str, project: str) -> None:
    with tempfile.TemporaryDirectory() as folder:  # a copy, because opening a file may rewrite it
        copy = shutil.copy(path, Path(folder) / "registry.db")
        print_json(document(open_file(str(copy), project), project))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--file", path, project]:
            make(path, project)
        case ["--read", path, project]:
            show(path, project)
        case [url, out]:
            take(url, out)
        case _:
            raise SystemExit(__doc__)
