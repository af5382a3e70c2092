//! How fast the registry server answers, with Feast's own beside it on the same kind of database and a bare server of
//! tonic's as the limit: `server_load [WORD...]` measures the loads and databases whose names have one of the words.
//! Prints a table; fails where a load falls below its floor.

mod bare;
mod grpc;
mod load;
mod report;
mod rest;
mod servers;
mod workload;

use std::{env, path::Path};

use anyhow::Result;

use self::{
    bare::Bare,
    load::Target,
    report::{Line, Report},
    servers::{Database, Databases},
    workload::{Door, WORKLOADS, Workload},
};

/// How many call at once.
const CLIENTS: [usize; 2] = [1, 32];

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [flag, folder] = arguments.as_slice()
        && flag == bare::ARGUMENT
    {
        return bare::serve(Path::new(folder));
    }
    let is_wanted = |names: [&str; 2]| {
        let has = |word: &String| names.iter().any(|name| name.contains(word.as_str()));
        arguments.is_empty() || arguments.iter().any(has)
    };
    let mut report = Report::default();
    let databases = Databases::start()?;
    for database in databases.all()? {
        let loads = WORKLOADS.iter();
        let wanted: Vec<&Workload> = loads.filter(|load| is_wanted([load.name, database.name])).collect();
        if !wanted.is_empty() {
            measure(&database, &wanted, &mut report)?;
        }
    }
    report.finish()
}

fn measure(database: &Database<'_>, workloads: &[&Workload], report: &mut Report) -> Result<()> {
    let servers = database.serve()?;
    report.begin(database.name);
    for workload in workloads {
        let (feast, ours) = (servers.feast(workload.door), servers.ours(workload.door));
        let folder = tempfile::tempdir()?;
        let bare = workload.ceiling.map(|_| {
            load::record(ours, workload, &servers.contents, folder.path())?;
            Bare::start(folder.path())
        });
        let bare = bare.transpose()?;
        let mut alone = None;
        for clients in CLIENTS {
            let run = |target| load::run(target, workload, clients, &servers.contents);
            let bare = bare.as_ref().map(|bare| Target { address: bare.address(), process: bare.id() });
            let feast = match alone.take() {
                // It answers one after the other, each after seconds: many at once would only be given up, and
                // keep it busy after that.
                Some(alone) if workload.door == Door::Rest => alone,
                _ => run(feast)?,
            };
            let (ours, bare) = (run(ours)?, bare.map(run).transpose()?);
            report.add(workload, &Line { database: database.name, clients, feast: &feast, ours, bare });
            alone = Some(feast);
        }
    }
    report.end(&servers)
}
