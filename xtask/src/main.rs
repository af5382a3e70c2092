//! Developer commands, `cargo xtask COMMAND`: picks the command and reports its failure. One file per command.

mod bench;
mod check;
mod demo;
mod fuzz;
mod image;
mod install;
mod manifests;
mod steps;
mod test;
mod viewer;
mod wasm_imports;
mod web;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use xshell::Shell;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo    build, make an SQLite registry of the example project and show it, at last in the viewer
  check   the quick loop: format, lints, core tests, the no-std and wasm builds, the viewer's types and logic
  test    everything: install what is missing, start the databases, run all tests
  ci      the same as test

  web     build the viewer into web/dist, with core as WebAssembly in it
  viewer  that, and all pages of it in a real browser; pictures of them into target/viewer/pictures

  fuzz TARGET [SECONDS]
             damaged inputs of one of fuzz/corpus's sorts, a minute if nothing is said, by libFuzzer; what it breaks on
             goes to fuzz/artifacts
  image      build the static binary and its container image into target/image
  manifests  write deploy/kubernetes anew, from the chart in deploy/helm

  bench
          the same work through us, through Feast and through the bare drivers, on SQLite, PostgreSQL and MariaDB, near and
          1 ms away, with 100 to 100,000 views: writes docs/performance.md, and fails where a ratio is below its floor
  bench [--quick] [WORD...]
          the same up to 1,000 views, in a few minutes; only the sorts of work and the databases that have one of the
          words in their name, as in `list postgres`; and nothing is written
  bench --lost-updates
          4 processes write to one view at once, through Feast and through us, on SQLite, PostgreSQL and MariaDB:
          how many of the changes that each acknowledged are stored in the end, as Feast reads them
  bench --server [WORD...]
          the server under load by 1 and 32 clients, beside Feast's own and a bare one of tonic's, on SQLite and
          PostgreSQL; only the loads and databases whose names have one of the words
  bench --viewer
          the viewer in a real browser: how long lists, search and lineage take, how much it weighs
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let command: &dyn Fn(&Shell) -> Result<()> = match words[..] {
        ["demo"] => &demo::run,
        ["check"] => &check::run,
        ["bench", "--lost-updates"] => &bench::lost_updates,
        ["bench", "--server", ..] => &|shell: &Shell| bench::server(shell, &arguments[2..]),
        ["bench", "--viewer"] => &viewer::bench,
        ["bench", ..] => &|shell: &Shell| bench::speed(shell, &arguments[1..]),
        ["fuzz", target] => &|shell: &Shell| fuzz::run(shell, target, None),
        ["fuzz", target, seconds] => &|shell: &Shell| fuzz::run(shell, target, Some(seconds)),
        ["image"] => &image::run,
        ["manifests"] => &manifests::run,
        ["web"] => &web::run,
        ["viewer"] => &viewer::run,
        ["test" | "ci"] => &test::run,
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        [] => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
        _ => {
            eprint!("error: no command `{}`\n\n{USAGE}", arguments.join(" "));
            return ExitCode::from(2);
        }
    };
    match shell().and_then(|shell| command(&shell)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A shell in the workspace's folder, from wherever we were called.
fn shell() -> Result<Shell> {
    let shell = Shell::new()?;
    shell.change_dir(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).canonicalize()?);
    Ok(shell)
}
