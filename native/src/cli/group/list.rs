//! `GROUP list`: the objects of a project, by name.

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use feast_registry_core::{kind::Kind, query::Query, time::Timestamp};

use super::Group;
use crate::{
    cli::{
        columns,
        error::CliError,
        exit::Status,
        options::Format,
        output::{Document, Item},
        session::{Session, passed_over},
        tags::Tags,
    },
    listing::answer_all,
};

#[derive(clap::Args)]
struct Args {
    /// Only those with this tag; repeat it, or give a comma list, for several, all of which must be there
    #[arg(long, value_name = "KEY:VALUE", value_parser = Tags::parse)]
    tags: Vec<Tags>,
    /// Only those that changed at this time or later; UTC unless it says otherwise
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    updated_since: Option<Timestamp>,
}

/// What only saved datasets have.
#[derive(clap::Args, Default)]
struct DatasetArgs {
    /// Only those in this namespace
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
    /// Only those in this collection
    #[arg(long, value_name = "NAME")]
    collection: Option<String>,
}

pub(super) fn command(group: Group) -> Command {
    let command = Args::augment_args(Command::new("list"));
    let command = match group.kind {
        Kind::SavedDataset => DatasetArgs::augment_args(command),
        _ => command,
    };
    command.about(match group.kind {
        Kind::FeatureView => "List feature views of all kinds".into(),
        _ => format!("List {}", group.plural()),
    })
}

pub(super) fn run(group: Group, session: &Session, matches: &ArgMatches) -> Result<Status, CliError> {
    let Args { tags, updated_since } = Args::from_arg_matches(matches).map_err(super::usage)?;
    let DatasetArgs { namespace, collection } = match group.kind {
        Kind::SavedDataset => DatasetArgs::from_arg_matches(matches).map_err(super::usage)?,
        _ => DatasetArgs::default(),
    };
    let registry = session.open()?;
    let project = match group.kind {
        Kind::Project => None,
        _ => session.project_to_list(&registry)?,
    };
    let mut queries = Vec::new();
    for kind in group.kinds() {
        queries.push(Query {
            tags: Tags::merged(&tags),
            updated_since,
            namespace: namespace.clone(),
            collection: collection.clone(),
            ..Query::all(kind, project.as_deref())
        });
    }
    let rows = session.rows(&registry, &queries)?;
    let found = answer_all(&queries, rows);
    // YAML is to be applied, to any project; JSON says where each object is.
    let tells_project = session.screen.is(Format::Json);
    let mut items = Vec::new();
    for (key, object) in found.objects {
        let cells = columns::of(group.kind).iter().map(|column| (column.cell)(&object)).collect();
        let project = if tells_project { key.project.as_str() } else { "" };
        items.push(Item { name: key.name, cells, record: Document::new(object, project) });
    }
    session.screen.list(&group.headers(), &items)?;
    Ok(passed_over(&found.damaged))
}
