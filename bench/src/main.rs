//! How fast the registry is, beside Feast and beside the bare drivers: the program behind `cargo xtask bench`.
//! Without arguments it measures everything and writes docs/performance.md. `--quick` measures the small sizes only; words,
//! only the sorts of work and the databases that have one in their name.

mod bare;
mod floors;
mod measure;
mod meter;
mod place;
mod process;
mod record;
mod report;
mod views;
mod way;
mod wire;
mod work;

use std::{path::Path, process::ExitCode, time::Duration};

use anyhow::{Result, bail};

use self::{measure::Extent, record::Record, work::WORKS};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

const WHOLE: Extent = Extent { largest: usize::MAX, patience: Duration::from_millis(1_500), turns: 15 };
const QUICK: Extent = Extent { largest: 1_000, patience: Duration::from_secs(1), turns: 9 };

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [child, given @ ..] = &arguments[..]
        && child == "child"
    {
        return process::child(given);
    }
    let (options, words): (Vec<_>, Vec<_>) = arguments.into_iter().partition(|word| word.starts_with('-'));
    let extent = match options.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => WHOLE,
        ["--quick"] => QUICK,
        _ => bail!("usage: feast-registry-bench [--quick] [WORD...]"),
    };
    let is_whole = options.is_empty() && words.is_empty();
    let docs = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs"));
    let records = measure::run(extent, &words, &mut |records| match is_whole {
        true => report::write(docs, records),
        false => Ok(()),
    })?;
    for info in &WORKS {
        let own: Vec<&Record> = records.iter().filter(|record| record.work == info.work).collect();
        if !own.is_empty() {
            println!("{}\n{}", info.title, report::table(info, &own));
        }
    }
    let broken = floors::broken(&records)?;
    match broken.is_empty() {
        true => Ok(()),
        false => bail!("below the floors of bench/floors.yaml:\n{}", broken.join("\n")),
    }
}
