"""Does through Feast's SqlRegistry what is measured, and says how long each took.

Usage: python speed.py

Reads a question a line on standard input: {"open": SQLALCHEMY_URL, "project": PROJECT}, after which that registry is
meant, or {"work": WORK, "step": NUMBER, "names": [NAME, ...]}, and prints {"seconds": NUMBER, "statements": NUMBER}.
What the work is the bench says (bench/src/work.rs); `hold` prints by how much this process grows with a cache of
everything. Objects are made before the clock runs.
"""

import json
import sys
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

import environment  # noqa: F401  first
from feast import Entity, FeatureView, Field, FileSource
from feast.infra.registry.sql import SqlRegistry, SqlRegistryConfig
from feast.types import Float64, Int64
from sqlalchemy import Engine, event

FOREVER = 1_000_000
ENTITY = Entity(name="driver", join_keys=["driver_id"])
statements = 0


def view(name: str) -> FeatureView:
    features = [
        Field(
            name=f"{name}_mean_{number}",
            dtype=Float64,
            description=f"Mean over the last {number} days, of completed trips only",
        )
        for number in range(10)
    ]
    return FeatureView(
        name=name,
        entities=[ENTITY],
        schema=[Field(name="driver_id", dtype=Int64), *features],
        source=FileSource(
            name=f"{name}_source",
            path=f"s3://feature-store/offline/{name}/*.parquet",
            timestamp_field="event_timestamp",
            created_timestamp_column="created",
        ),
        ttl=timedelta(days=1),
        tags={"team": "ranking", "tier": "gold", "pii": "false"},
        description=f"How active drivers are: {name}",
        owner="ranking@example.com",
    )


def open_registry(url: str, project: str, mode: str) -> SqlRegistry:
    """In mode `sync` each write renews the cache; in mode `thread` a timer does, which does not fire here."""
    config = SqlRegistryConfig(path=url, cache_ttl_seconds=FOREVER, cache_mode=mode)
    return SqlRegistry(config, project, None)


class Ways:
    def __init__(self, url: str, project: str) -> None:
        self.url, self.project = url, project
        self.opened: dict[str, SqlRegistry] = {}

    def close(self) -> None:
        for mode, registry in self.opened.items():
            if mode == "thread":
                registry._exit_handler()
            registry.write_engine.dispose()

    def registry(self, mode: str) -> SqlRegistry:
        if mode not in self.opened:
            self.opened[mode] = open_registry(self.url, self.project, mode)
        return self.opened[mode]

    def work(self, work: str, step: int, names: list[str]) -> tuple[Callable[[], Any], int]:
        """What to do, and by what to divide the time that it takes."""
        if work == "apply":
            registry, new = self.registry("thread"), view(f"feast_{step}")
            return lambda: registry.apply_feature_view(new, self.project), 1
        if work == "materialize":
            registry, known = self.registry("thread"), view(names[0])
            start = datetime.fromtimestamp(1_800_000_000 + step, timezone.utc)
            end = start + timedelta(seconds=1)
            return lambda: registry.apply_materialization(known, self.project, start, end), 1
        if work == "sync-apply":
            registry, new = self.registry("sync"), view(f"sync_feast_{step}")
            return lambda: registry.apply_feature_view(new, self.project), 1
        if work == "apply-many":
            registry, project = self.registry("thread"), f"many_feast_{step}"
            views = [view(name) for name in names]
            return lambda: [registry.apply_feature_view(each, project) for each in views], 1
        if work == "list":
            registry = self.registry("thread")
            return lambda: registry.list_feature_views(self.project), 1
        if work == "export":
            return self.registry("thread").proto, 1
        if work == "cached-get":
            registry = self.registry("thread")
            return lambda: [registry.get_feature_view(name, self.project, True) for name in names], len(names)
        if work == "refresh":
            return self.registry("thread").refresh, 1
        raise SystemExit(f"no work `{work}`")


def resident() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


def say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def count(*_: Any) -> None:
    global statements
    statements += 1


def main() -> None:
    for name in ("before_cursor_execute", "begin", "commit", "rollback"):
        event.listen(Engine, name, count)
    ways = Ways("", "")
    say({"ready": True})
    for line in sys.stdin:
        question = json.loads(line)
        if "open" in question:
            ways.close()
            ways = Ways(question["open"], question["project"])
            say({"opened": True})
            continue
        if question["work"] == "hold":
            before = resident()
            ways.registry("sync")
            say({"grown": resident() - before})
            continue
        act, times = ways.work(**question)
        before, begun = statements, time.perf_counter()
        act()
        seconds = time.perf_counter() - begun
        say({"seconds": seconds / times, "statements": statements - before})


if __name__ == "__main__":
    main()
