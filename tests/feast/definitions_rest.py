"""Runs the definitions that a REST server shows of a project's objects.

Usage: python definitions_rest.py ADDRESS PROJECT

Prints how many there are of each kind; one that does not run is an error.
"""

import environment  # noqa: F401  first
import json
import runpy
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import requests

address, project = sys.argv[1:]
base = f"http://{address}/api/v1"
counts = {}
for path, key in {
    "entities": "entities",
    "data_sources": "dataSources",
    "feature_views": "featureViews",
    "feature_services": "featureServices",
    "saved_datasets": "savedDatasets",
    "features": "features",
}.items():
    listed = requests.get(f"{base}/{path}", params={"project": project}, timeout=60).json()[key]
    counts[path] = len(listed)
    for each in listed:
        name = quote(each.get("name") or each["spec"]["name"], safe="")
        where = f"{quote(each['featureView'], safe='')}/{name}" if path == "features" else name
        shown = requests.get(f"{base}/{path}/{where}", params={"project": project}, timeout=60).json()
        # Feast looks for the text of functions.
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "definition.py")
            file.write_text(shown["featureDefinition"])
            runpy.run_path(str(file))
print(json.dumps(counts))
