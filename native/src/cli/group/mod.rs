//! The groups of commands on objects: one per kind, made from the table of kinds, so that a new kind has
//! its commands without a line here.
//!
//! `feature-views` is about views of all four kinds, which share one name space; the groups of the three
//! other kinds narrow it down.

mod delete;
pub(crate) mod describe;
mod list;

use clap::{ArgMatches, Command, Subcommand as _};
use feast_registry_core::kind::Kind;

use super::{columns, error::CliError, exit::Status, projects, session::Session, views};

/// A group: a kind, and the kinds whose objects it shows.
#[derive(Clone, Copy)]
pub(crate) struct Group {
    pub(crate) kind: Kind,
}

/// Commands that only one group has.
struct Extra {
    kind: Kind,
    augment: fn(Command) -> Command,
    run: fn(&Session, &ArgMatches) -> Result<Status, CliError>,
}

static EXTRAS: [Extra; 2] = [
    Extra { kind: Kind::Project, augment: projects::Verb::augment_subcommands, run: projects::run },
    Extra { kind: Kind::FeatureView, augment: views::Verb::augment_subcommands, run: views::run },
];

impl Group {
    /// All groups. Infra has none: it is Feast's own note of what it has set up, without name or tags.
    pub(crate) fn all() -> impl Iterator<Item = Group> {
        Kind::all().filter(|kind| *kind != Kind::Infra).map(|kind| Group { kind })
    }

    /// The group of that name.
    pub(crate) fn find(name: &str) -> Option<Group> {
        Group::all().find(|group| group.command_name() == name)
    }

    /// The name of the group's command.
    pub(crate) fn command_name(self) -> &'static str {
        self.kind.info().plural
    }

    /// The kinds of object that it is about.
    fn kinds(self) -> Vec<Kind> {
        match self.kind {
            Kind::FeatureView => Kind::VIEWS.to_vec(),
            kind => vec![kind],
        }
    }

    fn plural(self) -> String {
        let singular = self.kind.info().singular;
        singular.strip_suffix('y').map_or_else(|| format!("{singular}s"), |stem| format!("{stem}ies"))
    }

    fn headers(self) -> Vec<&'static str> {
        columns::of(self.kind).iter().map(|column| column.header).collect()
    }

    /// The command with its subcommands.
    pub(crate) fn command(self) -> Command {
        let article =
            if self.kind.info().singular.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let object = format!("{article} {}", self.kind.info().singular);
        let command = Command::new(self.command_name())
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommand(list::command(self))
            .subcommand(describe::command(self, &object))
            .subcommand(delete::command(self, &object));
        let command = match self.extra() {
            Some(extra) => (extra.augment)(command),
            None => command,
        };
        // At last, because what augments a command also describes it.
        command.about(match self.kind {
            Kind::FeatureView => {
                "List, describe, delete, enable and disable feature views of all kinds".into()
            }
            _ => format!("List, describe and delete {}", self.plural()),
        })
    }

    fn extra(self) -> Option<&'static Extra> {
        EXTRAS.iter().find(|extra| extra.kind == self.kind)
    }

    /// Runs one of its subcommands.
    pub(crate) fn run(self, session: &Session, matches: &ArgMatches) -> Result<Status, CliError> {
        match matches.subcommand() {
            Some(("list", matches)) => list::run(self, session, matches),
            Some(("describe", matches)) => describe::run(self, session, matches),
            Some(("delete", matches)) => delete::run(self, session, matches),
            _ => match self.extra() {
                Some(extra) => (extra.run)(session, matches),
                None => Ok(Status::Done),
            },
        }
    }
}

/// What clap has let through it can also read; this is for the compiler.
fn usage(error: clap::Error) -> CliError {
    CliError::Usage { message: error.to_string(), hint: "see `--help`" }
}
