"""Runs other programs, each in a fork of one process that has imported Feast already: that takes seconds.

Usage: python forks.py

Reads one request per line, {"script": PATH, "arguments": [TEXT, ...], "stdout": PATH, "stderr": PATH, "seconds": LIMIT},
and answers each with a line: the program's exit code, or less than 0 for the signal that ended it. Ends with its input.
"""

import environment  # noqa: F401  first, as everywhere

import json
import os
import runpy
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import populate  # noqa: F401  for what they import
import read  # noqa: F401


def run(request: dict[str, Any]) -> int:
    for name, number in (("stdout", 1), ("stderr", 2)):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.alarm(request["seconds"])
    sys.argv = [request["script"], *request["arguments"]]
    sys.path[0] = str(Path(request["script"]).parent)
    try:
        runpy.run_path(request["script"], run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = run(json.loads(line))
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
