//! YAML that readers of YAML 1.1, Python's among them, take for the same as we do: they read a plain `no` as
//! false and a plain time as a time, not as text.

use std::io;

use serde::Serialize;
use serde_yaml::Value;

use crate::cli::error::CliError;

/// Private characters that stand for quotes while serde_yaml, which writes for YAML 1.2, is at work.
const QUOTES: [char; 2] = ['\u{e000}', '\u{e001}'];

/// One YAML document.
pub(crate) fn yaml(value: &impl Serialize) -> Result<String, CliError> {
    let plain = serde_yaml::to_string(value).map_err(io::Error::other)?;
    if plain.contains(QUOTES) {
        return Ok(plain);
    }
    // From the text, because in a `Value` an `f32` is no longer the shortest decimal.
    let mut value: Value = serde_yaml::from_str(&plain).map_err(io::Error::other)?;
    quote(&mut value);
    let marked = serde_yaml::to_string(&value).map_err(io::Error::other)?;
    Ok(marked.replace(QUOTES, "'"))
}

fn quote(value: &mut Value) {
    match value {
        Value::String(text) if is_ambiguous(text) => *text = format!("{}{text}{}", QUOTES[0], QUOTES[1]),
        Value::Sequence(items) => items.iter_mut().for_each(quote),
        Value::Mapping(map) => {
            let entry = |(mut key, mut value)| {
                quote(&mut key);
                quote(&mut value);
                (key, value)
            };
            *map = std::mem::take(map).into_iter().map(entry).collect();
        }
        _ => {}
    }
}

/// Whether a text without quotes is a truth value, a merge, or looks like a number or a time.
fn is_ambiguous(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    matches!(word.as_str(), "y" | "n" | "yes" | "no" | "on" | "off" | "<<" | "=")
        || text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
            && text.chars().all(|c| c.is_ascii_digit() || "+-.:_ TtZz".contains(c))
            // That is in quotes anyway.
            && !text.contains(": ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn ambiguous_texts_are_quoted() {
        for text in [
            "no",
            "Yes",
            "on",
            "<<",
            "2026",
            "2026-01-31T08:00:00.5Z",
            "2026-01-31 08:00:00",
            "1:30",
            "1_000",
        ] {
            assert_eq!(yaml(&[text]).unwrap(), format!("- '{text}'\n"));
            assert_eq!(yaml(&BTreeMap::from([(text, "off")])).unwrap(), format!("'{text}': 'off'\n"));
        }
        assert_eq!(yaml(&["86400s", "none", "v1"]).unwrap(), "- 86400s\n- none\n- v1\n");
        assert_eq!(yaml(&(86_400, 0.1_f32, true, ())).unwrap(), "- 86400\n- 0.1\n- true\n- null\n");
    }

    #[test]
    fn every_text_is_read_as_it_was() {
        for text in [
            "",
            "~",
            "true",
            "0.1",
            "0x1f",
            "-",
            "- 1",
            " 1",
            "1 ",
            "1: 2",
            "12:",
            "a: b",
            "#",
            "it's",
            "no\nyes\n",
            "\u{e000}no",
            "\u{1b}[2J",
        ] {
            let written = yaml(&[text]).unwrap();
            assert_eq!(serde_yaml::from_str::<[String; 1]>(&written).unwrap(), [text], "{written}");
        }
    }
}
