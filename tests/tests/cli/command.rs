//! The grammar: `--help` of every command, and what is said of words that are none.

use anyhow::{Context, Result};
use feast_registry_tests::cli::Cli;
use insta::assert_snapshot;

use crate::store::Store;

/// The short help of a command and, below it, of its subcommands. Global options are shown once.
fn help(store: &Store, words: &str, pages: &mut String) -> Result<()> {
    let page = store.does(&format!("{words} -h"))?;
    let own = page.split("\nGlobal options:\n").next().unwrap_or_default();
    *pages += &format!("$ feast-registry{words} -h\n{own}\n");
    let commands = page.split("Commands:\n").nth(1).unwrap_or_default().lines();
    for line in commands.take_while(|line| !line.is_empty()) {
        // A description's second line is indented further.
        let name = line.strip_prefix("  ").and_then(|line| line.split(' ').next()).unwrap_or_default();
        if !matches!(name, "" | "help") {
            help(store, &format!("{words} {name}"), pages)?;
        }
    }
    Ok(())
}

#[test]
fn every_command_has_help() -> Result<()> {
    let store = Store::empty()?;
    let mut pages = String::new();
    help(&store, "", &mut pages)?;
    assert_snapshot!("help", pages);
    assert_snapshot!("help_long", store.does("entities list --help")?);
    Ok(())
}

#[test]
fn help_fits_a_terminal() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let cli = Cli::in_folder(folder.path())?.variable("COLUMNS", "80");
    for words in
        [&["--help"][..], &["apply", "--help"], &["feature-views", "-h"], &["registry", "export", "--help"]]
    {
        let page = cli.run(words)?.stdout;
        let widest = page.lines().map(|line| line.chars().count()).max().context("no help")?;
        assert!(widest <= 80, "{page}");
    }
    Ok(())
}

#[test]
fn wrong_words_are_usage_errors() -> Result<()> {
    let store = Store::empty()?;
    assert_snapshot!(store.run("entity list")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: unrecognized subcommand 'entity'

      tip: a similar subcommand exists: 'entities'

    Usage: feast-registry [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(store.run("entities remove driver")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: unrecognized subcommand 'remove'

    Usage: feast-registry entities [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(store.run("entities describe")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      <NAME>

    Usage: feast-registry entities describe <NAME>

    For more information, try '--help'.
    ");
    assert_snapshot!(store.run("entities list --output csv")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: invalid value 'csv' for '--output <FORMAT>'
      [possible values: table, json, yaml, name]

    For more information, try '--help'.
    ");
    let without = store.run("")?;
    assert_eq!((without.code, without.stdout.as_str()), (2, ""));
    assert!(without.stderr.contains("Usage: feast-registry [OPTIONS] <COMMAND>"), "{without}");
    Ok(())
}
