"""Sends requests to a REST server and prints what it answers.

Usage: python ask_rest.py BASE REQUESTS [CA [CERTIFICATE KEY]]

BASE is a URL without a path, REQUESTS a list of {"verb", "path", "json" or "data", "headers"} in JSON, of which only `path`
must be there; `data` may be a number, which is that many bytes. Prints [{"status", "headers", "body"}], where bodies that are
JSON are read, or {"error": TEXT} of what could not be connected.
"""

import json
import sys
from typing import Any

import requests


def ask(base: str, asked: dict[str, Any], tls: list[str]) -> dict[str, Any]:
    data = asked.get("data")
    try:
        answer = requests.request(
            asked.get("verb", "GET"),
            base + asked["path"],
            json=asked.get("json"),
            data="x" * data if isinstance(data, int) else data,
            headers=asked.get("headers"),
            verify=tls[0] if tls else True,
            cert=tuple(tls[1:]) or None,
            timeout=120,
        )
    except requests.exceptions.ConnectionError as error:
        return {"error": str(error)}
    headers = {name.lower(): value for name, value in answer.headers.items()}
    is_json = headers.get("content-type") == "application/json"
    return {"status": answer.status_code, "headers": headers, "body": answer.json() if is_json else answer.text}


if __name__ == "__main__":
    base, asked, *tls = sys.argv[1:]
    print(json.dumps([ask(base, each, tls) for each in json.loads(asked)]))
