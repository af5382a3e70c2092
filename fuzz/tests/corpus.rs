//! What must hold for whatever bytes, over the inputs in `corpus` and over damaged ones of these, the same ones every
//! time: nothing panics, and what can be read can be written and read again.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use feast_registry_fuzz::TARGETS;

/// So long for damaged inputs of each target, and so many of them.
const TIME: Duration = Duration::from_secs(3);
const DAMAGED: usize = 5_000;

#[test]
fn every_input_is_dealt_with_and_so_is_every_damaged_one() -> Result<()> {
    for (name, target) in TARGETS {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
        let mut inputs = Vec::new();
        for file in
            fs::read_dir(format!("{folder}/{name}")).with_context(|| format!("no inputs for {name}"))?
        {
            let path = file?.path();
            let input = fs::read(&path)?;
            // Shown if the test fails.
            println!("{}", path.display());
            target(&input);
            inputs.push(input);
        }
        ensure!(!inputs.is_empty(), "no inputs for {name}");
        inputs.sort();
        let mut random = Random(1);
        let begun = Instant::now();
        for _ in (0..DAMAGED).take_while(|_| begun.elapsed() < TIME) {
            let damaged = random.damage(&inputs);
            println!("{name}: {}", damaged.escape_ascii());
            target(&damaged);
        }
    }
    Ok(())
}

/// Xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    /// One of the inputs with some of its bytes changed, cut out, repeated, or taken from another one.
    fn damage(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut input = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.below(4) {
            let start = self.below(input.len() + 1);
            let end = (start + self.below(16)).min(input.len());
            match self.below(5) {
                0 => input[start..end].fill_with(|| self.below(256) as u8),
                1 => drop(input.drain(start..end)),
                2 => input.extend_from_within(start..end),
                3 => input.truncate(start.max(1)),
                _ => {
                    let other = &inputs[self.below(inputs.len())];
                    let from = self.below(other.len());
                    let to = (from + self.below(64)).min(other.len());
                    input.splice(start..end, other[from..to].iter().copied());
                }
            }
        }
        input
    }
}
