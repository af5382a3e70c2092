//! Figures as people read them.

use crate::work::Unit;

/// A cost: two or three digits, and a unit.
pub(crate) fn cost(value: f64, unit: Unit) -> String {
    let (value, name) = match unit {
        Unit::Seconds if value >= 1.0 => (value, "s"),
        Unit::Seconds if value >= 1e-3 => (value * 1e3, "ms"),
        Unit::Seconds if value >= 1e-6 => (value * 1e6, "µs"),
        Unit::Seconds => (value * 1e9, "ns"),
        Unit::Bytes => (value / 1e6, "MB"),
    };
    format!("{} {name}", digits(value))
}

/// Two or three digits of a number.
pub(crate) fn digits(value: f64) -> String {
    match value {
        _ if value >= 99.5 => grouped(value.round() as u64),
        _ if value >= 9.95 => format!("{value:.0}"),
        _ if value >= 0.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// 10,000 rather than 10000.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// A row of a table.
pub(crate) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        let seconds = |value| cost(value, Unit::Seconds);
        assert_eq!(
            [seconds(12.34), seconds(0.001_26), seconds(0.000_45), seconds(2.3e-7)],
            ["12 s", "1.3 ms", "450 µs", "230 ns"]
        );
        assert_eq!(cost(13_940_000.0, Unit::Bytes), "14 MB");
        assert_eq!([grouped(7), grouped(1_234), grouped(100_000)], ["7", "1,234", "100,000"]);
    }
}
