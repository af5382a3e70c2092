"""Feast's own registry server (gRPC) on a database, until it is ended.

Usage: python serve.py SQLALCHEMY_URL PROJECT PORT

It is what `feast serve_registry` starts, with what validation references need (environment.py) and the classes of
project.py at hand. Prints `serving` once it does.
"""

import environment  # noqa: F401  first
import sys
import tempfile
from pathlib import Path

from feast import FeatureStore
from feast.registry_server import start_server

CONFIGURATION = """
project: {project}
provider: local
registry: {{registry_type: sql, path: '{url}', cache_ttl_seconds: 0}}
online_store: {{type: sqlite, path: online.db}}
entity_key_serialization_version: 3
"""

if __name__ == "__main__":
    url, project, port = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "feature_store.yaml").write_text(CONFIGURATION.format(url=url, project=project))
        server = start_server(FeatureStore(repo_path=folder), int(port), wait_for_termination=False)
        print("serving", flush=True)
        server.wait_for_termination()
