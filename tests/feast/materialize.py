"""Records materialization intervals on a view through Feast, one after another.

Usage: python materialize.py SQLALCHEMY_URL PROJECT VIEW FIRST COUNT

The intervals are of one second each and begin FIRST, FIRST + 1, ... seconds after 1970.
"""

import sys
from datetime import datetime, timedelta, timezone

from registry import open_sql


def main(url: str, project: str, name: str, first: str, count: str) -> None:
    registry = open_sql(url, project)
    view = registry.get_feature_view(name, project)
    for second in range(int(first), int(first) + int(count)):
        start = datetime.fromtimestamp(second, timezone.utc)
        registry.apply_materialization(view, project, start, start + timedelta(seconds=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
