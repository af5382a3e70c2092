"""Random permissions, users and objects, and what Feast's own policy code says of them.

Usage: python permissions.py SEED COUNT

Prints [{"permissions": [HEX], "user": {...}, "kind": KIND, "object": HEX, "actions": [NUMBER], "allowed": BOOL,
"feast": BOOL}]. "feast" is what Feast says as it is, "allowed" what its code says where a permission whose required tags
the object has not does not apply, as Feast documents it.
"""

import copy
import logging
import random
import sys
from typing import Any

import project as define
from registry import print_json
from sources import data_sources, entities
from views import views
from feast import FeatureView
from feast.errors import FeastPermissionError
from feast.feast_object import ALL_RESOURCE_TYPES
from feast.permissions.action import ALL_ACTIONS
from feast.permissions.enforcer import enforce_policy
from feast.permissions.permission import Permission
from feast.permissions.policy import (
    AllowAll,
    CombinedGroupNamespacePolicy,
    GroupBasedPolicy,
    NamespaceBasedPolicy,
    RoleBasedPolicy,
)
from feast.permissions.user import User

NAMES = ["driver", "driver_stats", "Driver", "stats", "größe_12", "a b", "x"]
PATTERNS = ["driver.*", "driver", ".*stats", " driver ", "^stats$", r"\w+_\d+", "(?i)DRIVER", "[ab ]+", "x|driver", "none", ""]
TAGS = [("team", "ranking"), ("team", "crm"), ("env", "test"), ("env", "")]
GROUPS = ["a", "b", "c", ""]


def some(chance: random.Random, of: list[Any], most: int = 3) -> list[Any]:
    return chance.sample(of, chance.randint(0, min(most, len(of))))


def one_permission(chance: random.Random, number: int) -> Permission:
    policy = [
        lambda: AllowAll,
        lambda: RoleBasedPolicy(some(chance, GROUPS)),
        lambda: GroupBasedPolicy(some(chance, GROUPS)),
        lambda: NamespaceBasedPolicy(some(chance, GROUPS)),
        lambda: CombinedGroupNamespacePolicy(some(chance, GROUPS), some(chance, GROUPS)),
    ]
    return Permission(
        name=f"permission {number}",
        types=chance.choice([[], some(chance, ALL_RESOURCE_TYPES, 6)]),
        name_patterns=chance.choice([[], some(chance, PATTERNS)]),
        actions=chance.choice([list(ALL_ACTIONS), chance.sample(ALL_ACTIONS, chance.randint(1, 6))]),
        policy=chance.choice(policy)(),
        required_tags=dict(chance.choice([[], [], some(chance, TAGS, 2)])) or None,
    )


def named(made: Any, chance: random.Random) -> Any:
    made = copy.copy(made)
    name, tags = chance.choice(NAMES), dict(some(chance, TAGS, 2))
    for field, value in (("name", name), ("tags", tags)):
        setattr(made, f"_{field}" if isinstance(made, Permission) else field, value)
    return made


def allows(permissions: list[Permission], user: User, resource: Any, actions: list[Any]) -> bool:
    try:
        return len(enforce_policy(permissions, user, [resource], actions)) == 1
    except FeastPermissionError:
        return False


def has_tags(resource: Any, permission: Permission) -> bool:
    return all((resource.tags or {}).get(key) == value for key, value in (permission.required_tags or {}).items())


def without_tags(permission: Permission) -> Permission:
    permission = copy.copy(permission)
    permission._required_tags = None
    return permission


def case(chance: random.Random, objects: list[Any]) -> dict[str, Any]:
    permissions = [one_permission(chance, number) for number in range(chance.choice([0, 1, 1, 2, 3, 5]))]
    resource = named(chance.choice(objects), chance)
    user = User(chance.choice(["", "somebody", "somebody"]), *(some(chance, GROUPS, 2) for _ in range(3)))
    actions = chance.sample(ALL_ACTIONS, chance.choice([1, 1, 1, 2]))
    proto = resource.to_proto()
    if proto.DESCRIPTOR.name == "FeatureView":
        # As it is read from a registry, which is where its class comes from.
        resource = FeatureView.from_proto(proto)
    applying = [without_tags(permission) for permission in permissions if has_tags(resource, permission)]
    return {
        "permissions": [permission.to_proto().SerializeToString().hex() for permission in permissions],
        "user": {name: getattr(user, name) for name in ("username", "roles", "groups", "namespaces")},
        "kind": proto.DESCRIPTOR.name,
        "object": proto.SerializeToString().hex(),
        "actions": [list(ALL_ACTIONS).index(action) for action in actions],
        "allowed": (not permissions or bool(applying)) and allows(applying, user, resource, actions),
        "feast": allows(permissions, user, resource, actions),
    }


def main(seed: str, count: str) -> None:
    logging.disable(logging.CRITICAL)
    chance = random.Random(int(seed))
    objects = [
        *entities,
        *data_sources,
        *views,
        *define.feature_services[:2],
        *define.saved_datasets(),
        define.validation_reference(),
        *define.permissions,
        define.project("shop"),
    ]
    # Every kind as often as the others.
    kinds = list({type(made).__name__: None for made in objects})
    by_kind = {kind: [made for made in objects if type(made).__name__ == kind] for kind in kinds}
    print_json([case(chance, by_kind[chance.choice(kinds)]) for _ in range(int(count))])


main(*sys.argv[1:])
