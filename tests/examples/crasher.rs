//! A process for tests of crashes. `crasher URL CASE CALL before|after` makes one change and kills itself just before
//! or just after the n-th call to the database; past the last call it ends in order. `crasher URL loop` makes versions
//! of a view and many entities with each, and prints the number of each that was acknowledged, until it is killed.

#![allow(clippy::unwrap_used, reason = "it is part of a test")]

#[path = "../tests/crash/databases.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod databases;
#[path = "../tests/crash/faulty.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod faulty;
#[path = "../tests/crash/operations.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod operations;

use std::{io::Write, sync::Arc};

use anyhow::{Context, Result, bail};
use feast_registry_core::operation::Apply;

use databases::{driver, on};
use faulty::{Fault, Faulty, Moment, Point};
use operations::{PROJECT, entity, named, view};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [url, "loop"] => apply_for_ever(url),
        [url, case, call, moment] => {
            let moment = match *moment {
                "before" => Moment::Before,
                "after" => Moment::After,
                other => bail!("no moment `{other}`"),
            };
            let point = Point { call: call.parse()?, moment, fault: Fault::Kill };
            let case = named(case).context("no such case")?;
            Ok(case.run(&on(Arc::new(Faulty::new(driver(url)?, Some(point)))))?)
        }
        _ => bail!("usage: crasher URL CASE CALL before|after, or crasher URL loop"),
    }
}

fn apply_for_ever(url: &str) -> Result<()> {
    let registry = on(driver(url)?);
    let mut output = std::io::stdout().lock();
    for number in 0.. {
        let feature = format!("f{number}");
        // Several pages' worth, so that there is something to be half-written.
        let text = number.to_string().repeat(400);
        let objects = (0..20).map(|index| entity(&format!("entity{index}"), &text));
        let objects = objects.chain([view("looped", &[&feature], |_| {})]);
        registry.run(&Apply::new(objects.map(|object| (PROJECT.to_owned(), object))))?;
        writeln!(output, "{number}")?;
        output.flush()?;
    }
    Ok(())
}
