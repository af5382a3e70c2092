//! The README's quickstart does what it says: its commands are run in order, by a shell, in an empty folder.
//!
//! In the output that the README shows, `[..]` stands for any text in a line, and a line of `...` for any lines.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use feast_registry_tests::cli;

const README: &str = include_str!("../../README.md");

#[test]
fn the_quickstart_is_true() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    std::os::unix::fs::symlink(root.join("examples"), folder.path().join("examples"))?;
    for (language, text) in blocks(README) {
        match text.strip_prefix("# feature_store.yaml\n") {
            Some(config) if language == "yaml" => {
                fs::write(folder.path().join("feature_store.yaml"), config)?
            }
            _ => {}
        }
    }
    let commands: Vec<_> = blocks(README)
        .filter(|(language, _)| *language == "console")
        .flat_map(|(_, text)| commands(text))
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    for (command, expected) in commands {
        let output = run(command, folder.path())?;
        ensure!(matches(&expected, &output), "$ {command}\n{output}\ninstead of\n{}", expected.join("\n"));
    }
    Ok(())
}

#[test]
fn matching_is_strict_but_for_its_two_wildcards() {
    let text = "one\ntwo 2\nthree\n";
    for (expected, is_match) in [
        (&["one", "two 2", "three"][..], true),
        (&["one", "two [..]", "three"], true),
        (&["...", "three"], true),
        (&["one", "..."], true),
        (&["one", "...", "two 2", "three"], true),
        (&["one", "two 2"], false),
        (&["one", "two", "three"], false),
        (&["one", "[..]3", "three"], false),
        (&["...", "two 2"], false),
    ] {
        let expected: Vec<&str> = expected.to_vec();
        assert_eq!(matches(&expected, text), is_match, "{expected:?}");
    }
}

/// The fenced blocks of a Markdown text: language and content.
fn blocks(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'))
}

/// The commands of a transcript, each with the lines that it prints.
fn commands(transcript: &str) -> Vec<(&str, Vec<&str>)> {
    let mut commands: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in transcript.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, Vec::new())),
            (None, Some((_, output))) => output.push(line),
            (None, None) => {}
        }
    }
    commands
}

/// What a command prints on both streams, in order.
fn run(command: &str, folder: &Path) -> Result<String> {
    let program = cli::program()?;
    let programs = program.parent().context("the binary has no folder")?.to_str().context("UTF-8")?;
    let path = format!("{programs}:{}", std::env::var("PATH")?);
    let script = format!("exec 2>&1; {command}");
    let shell = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .output()?;
    Ok(String::from_utf8(shell.stdout)?)
}

fn matches(expected: &[&str], output: &str) -> bool {
    let lines: Vec<&str> = output.lines().collect();
    lines_match(expected, &lines)
}

fn lines_match(expected: &[&str], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first.trim() == "..." => {
            (0..=lines.len()).any(|skipped| lines_match(rest, &lines[skipped..]))
        }
        Some((first, rest)) => {
            lines.first().is_some_and(|line| line_matches(first, line)) && lines_match(rest, &lines[1..])
        }
    }
}

fn line_matches(expected: &str, line: &str) -> bool {
    match expected.split_once("[..]") {
        None => expected == line,
        Some((before, after)) => line.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| line_matches(after, &rest[at..]))
        }),
    }
}
