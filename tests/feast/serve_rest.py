"""Feast's own REST registry server on a database, until it is ended.

Usage: python serve_rest.py URL PROJECT PORT

Prints "serving" when it answers.
"""

import environment  # noqa: F401  first
import logging
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from feast import FeatureStore
from feast.api.registry.rest import rest_registry_server
from serve import CONFIGURATION


def current_fastapi(**arguments: object) -> FastAPI:
    """Feast gives two arguments that FastAPI does not take any more."""
    for gone in ("default_status_code", "default_headers"):
        arguments.pop(gone)
    return FastAPI(**arguments)


def announce(server: uvicorn.Server) -> None:
    while not server.started:
        time.sleep(0.01)
    print("serving", flush=True)


if __name__ == "__main__":
    url, project, port = sys.argv[1:]
    # Its failures are answers, and in the log pages long.
    logging.disable(logging.CRITICAL)
    rest_registry_server.FastAPI = current_fastapi
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "feature_store.yaml").write_text(CONFIGURATION.format(url=url, project=project))
        rest = rest_registry_server.RestRegistryServer(FeatureStore(repo_path=folder))
        server = uvicorn.Server(uvicorn.Config(rest.app, host="127.0.0.1", port=int(port), log_level="critical"))
        threading.Thread(target=announce, args=[server], daemon=True).start()
        server.run()
