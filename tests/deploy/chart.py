"""Renders a Helm chart with Helm's own engine and compares what comes of it with the schemas of Kubernetes.

usage: chart.py CHART < [VALUES, ...]     prints for each {"files": {NAME: TEXT}, "objects": [...]} or {"refused": TEXT}
"""

import json
import sys

import helm_python
import kubernetes_validate
import yaml

# The oldest that the chart names, and the newest whose schemas are here.
VERSIONS = ["1.30", kubernetes_validate.latest_version()]
NOTES = "templates/NOTES.txt"


def rendered(chart, values):
    try:
        files = chart.render(values, name="feast-registry", namespace="features")
    except helm_python.HelmError as error:
        return {"refused": str(error)}
    files = {name.partition("/")[2]: text for name, text in files.items()}
    manifests = sorted((name, text) for name, text in files.items() if name != NOTES)
    objects = [each for _, text in manifests for each in yaml.safe_load_all(text) if each]
    for each in objects:
        # Not one of Kubernetes' own.
        if each["kind"] == "PodMonitor":
            continue
        for version in VERSIONS:
            kubernetes_validate.validate(each, version, strict=True)
    return {"files": files, "objects": objects}


def main(path):
    lint = helm_python.lint(path)
    # 1 is advice.
    complaints = [message for message in lint["messages"] if message["severity"] > 1]
    if complaints or lint["errors"]:
        sys.exit(f"helm lint: {complaints} {lint['errors']}")
    with helm_python.Chart.load(path) as chart:
        print(json.dumps([rendered(chart, values) for values in json.load(sys.stdin)]))


main(*sys.argv[1:])
