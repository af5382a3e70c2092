//! How fast the registry is, beside Feast and beside the bare drivers: the program behind `cargo xtask bench`.
//! Without arguments it measures everything and writes docs/performance.md; `--quick` measures the small sizes, and
//! `--size` those up to a size.

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

use anyhow::{Context, Result, bail};

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
    let extent = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => WHOLE,
        ["--quick"] => QUICK,
        ["--size", size] => Extent { largest: size.parse().context("`--size` takes a number")?, ..QUICK },
        ["child", ..] => return process::child(&arguments[1..]),
        _ => bail!("usage: feast-registry-bench [--quick | --size VIEWS]"),
    };
    let docs = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs"));
    let records = measure::run(extent, &mut |records| match extent.largest {
        usize::MAX => report::write(docs, records),
        _ => Ok(()),
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
