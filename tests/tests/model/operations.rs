//! What the clients do: operations as values, over few names so that they collide, and how they read in a report.

use std::fmt;

use feast_registry_core::{kind::Kind, operation::Target};

use super::{model::Definition, random::Random};

/// The names of views and of entities.
pub(crate) const NAMES: [&str; 2] = ["v", "w"];

/// One operation of a client on the one project of a history.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    /// One object or several in one change.
    Apply {
        given: Vec<Given>,
        promote: bool,
    },
    /// A materialization from second `at` to second `at`, which no other has.
    Materialize {
        name: &'static str,
        at: i64,
    },
    Enable {
        name: &'static str,
        enabled: bool,
    },
    UserMetadata {
        name: &'static str,
        byte: u8,
    },
    Delete {
        name: &'static str,
        target: Target,
    },
    DeleteProject,
    /// Of the one snapshot that there is: see `registry::snapshot`.
    Restore {
        name: &'static str,
        overwrite: bool,
    },
    View {
        name: &'static str,
    },
    List {
        kind: Kind,
    },
    Versions {
        name: &'static str,
    },
    /// Everything of the project, as of one instant.
    Read,
}

/// An object to apply.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    Entity { name: &'static str, tag: u8 },
    View { name: &'static str, kind: Kind, definition: Definition },
}

/// What each client does, from a seed.
pub(crate) fn plan(seed: u64, clients: usize, length: usize) -> Vec<Vec<Operation>> {
    let mut random = Random::new(seed);
    let mut number = 0;
    let mut one = || {
        number += 1;
        Operation::random(&mut random, number)
    };
    (0..clients).map(|_| (0..length).map(|_| one()).collect()).collect()
}

impl Operation {
    /// Any operation; `number` is in what it writes, so that it can be told from others.
    fn random(random: &mut Random, number: u8) -> Operation {
        let name = random.of(&NAMES);
        match random.below(31) {
            0..10 => Operation::Apply { given: vec![view(random, name)], promote: random.below(5) > 0 },
            10..12 => {
                let [one, other] = NAMES;
                Operation::Apply { given: vec![view(random, one), view(random, other)], promote: true }
            }
            12 => Operation::Apply { given: vec![entity(random, name)], promote: true },
            13 => {
                let given = vec![entity(random, name), view(random, name)];
                Operation::Apply { given, promote: true }
            }
            14..18 => Operation::Materialize { name, at: number.into() },
            18..20 => Operation::Enable { name, enabled: random.below(2) == 0 },
            20 => Operation::UserMetadata { name, byte: number },
            21 => Operation::Delete { name, target: Target::View },
            22 => Operation::Delete { name, target: Target::Kind(kind(random)) },
            23 => Operation::Delete { name, target: Target::Any },
            24 => Operation::DeleteProject,
            25 => Operation::Restore { name, overwrite: random.below(3) > 0 },
            26 => Operation::View { name },
            27 => Operation::List { kind: kind(random) },
            28 => Operation::Versions { name },
            _ => Operation::Read,
        }
    }
}

fn entity(random: &mut Random, name: &'static str) -> Given {
    Given::Entity { name, tag: random.below(3) as u8 }
}

fn view(random: &mut Random, name: &'static str) -> Given {
    let version = (random.below(10) < 3).then(|| random.below(4) as i32);
    let (schema, tag) = (random.below(3) as u8, random.below(3) as u8);
    let definition = Definition { schema, tag, enabled: true, version };
    Given::View { name, kind: kind(random), definition }
}

/// Mostly one kind, so that most operations are on the kind that is there.
fn kind(random: &mut Random) -> Kind {
    match random.below(3) {
        0 => random.of(&Kind::VIEWS),
        _ => Kind::FeatureView,
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Apply { given, promote } => {
                let given: Vec<String> = given.iter().map(Given::to_string).collect();
                let promotion = if *promote { "" } else { " without promotion" };
                write!(f, "apply {}{promotion}", given.join(" and "))
            }
            Operation::Materialize { name, at } => write!(f, "materialize `{name}` [{at}]"),
            Operation::Enable { name, enabled: true } => write!(f, "enable `{name}`"),
            Operation::Enable { name, enabled: false } => write!(f, "disable `{name}`"),
            Operation::UserMetadata { name, byte } => write!(f, "set user metadata of `{name}` to {byte}"),
            Operation::Delete { name, target: Target::Kind(kind) } => write!(f, "delete {kind} `{name}`"),
            Operation::Delete { name, target: Target::View } => write!(f, "delete view `{name}`"),
            Operation::Delete { name, target: Target::Any } => write!(f, "delete anything named `{name}`"),
            Operation::DeleteProject => write!(f, "delete the project"),
            Operation::Restore { name, overwrite: true } => write!(f, "restore `{name}`, overwriting"),
            Operation::Restore { name, overwrite: false } => write!(f, "restore `{name}`"),
            Operation::View { name } => write!(f, "get view `{name}`"),
            Operation::List { kind } => write!(f, "list {}", kind.info().plural),
            Operation::Versions { name } => write!(f, "list versions of `{name}`"),
            Operation::Read => write!(f, "read everything"),
        }
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Given::Entity { name, tag } => write!(f, "entity `{name}` (tag {tag})"),
            Given::View { name, kind, definition: Definition { schema, tag, version, .. } } => {
                write!(f, "{kind} `{name}` (schema {schema}, tag {tag}")?;
                version.map_or(Ok(()), |number| write!(f, ", v{number}"))?;
                write!(f, ")")
            }
        }
    }
}
