//! Reading a filter sentence.

use alloc::{format, string::String};

use super::{Term, Test, fields, lowered};
use crate::time::Timestamp;

/// The words of a sentence, quotes and all. A quote that is not closed goes to the end.
pub(super) fn words(sentence: &str) -> impl Iterator<Item = &str> {
    let mut rest = sentence;
    core::iter::from_fn(move || {
        rest = rest.trim_start();
        let (mut in_quotes, mut escaped) = (false, false);
        let ends = |(_, c): &(usize, char)| {
            let (was_quoted, was_escaped) = (in_quotes, escaped);
            in_quotes ^= *c == '"' && !was_escaped;
            escaped = *c == '\\' && was_quoted && !was_escaped;
            c.is_whitespace() && !was_quoted
        };
        let end = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word).filter(|word| !word.is_empty())
    })
}

/// A value as it can stand in a sentence.
pub fn quoted(value: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && c != '"';
    match value.chars().all(plain) && !value.is_empty() {
        true => value.into(),
        false => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

fn unquoted(text: &str) -> String {
    let (mut in_quotes, mut escaped) = (false, false);
    let mut value = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' if !escaped => in_quotes = !in_quotes,
            '\\' if in_quotes && !escaped => escaped = true,
            c => {
                value.push(c);
                escaped = false;
            }
        }
    }
    value
}

const OPERATORS: [&str; 6] = [":=", ":", ">=", "<=", ">", "<"];

/// What a word means.
pub(super) fn term(text: &str, now: i64) -> (Term, Test) {
    let (negated, word) = match text.strip_prefix('-') {
        Some(word) if !word.is_empty() => (true, word),
        _ => (false, text),
    };
    let field_length = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
    let (field, rest) = word.split_at(field_length);
    let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator));
    let (field, value, test) = match operator.filter(|_| !field.is_empty()) {
        Some(operator) => {
            let field = field.to_ascii_lowercase();
            let value = unquoted(rest.strip_prefix(operator).unwrap_or_default());
            let test = compare(&field, operator, &value, now);
            (field, value, test)
        }
        None => match fields::PROPERTIES.iter().find(|property| property.name == word) {
            Some(property) => (property.name.into(), String::new(), Ok(Test::Property(property))),
            None => {
                let value = unquoted(word);
                let test = Test::Word(lowered(&value));
                (String::new(), value, Ok(test))
            }
        },
    };
    let (test, problem) = match test {
        Ok(test) => (test, None),
        Err(problem) => (Test::Passed, Some(problem)),
    };
    (Term { text: text.into(), field, value, negated, problem }, test)
}

fn compare(name: &str, operator: &str, value: &str, now: i64) -> Result<Test, String> {
    let is_time = operator.starts_with(['<', '>']);
    if let Some(field) = fields::TIMES.iter().find(|field| field.name == name) {
        if !is_time {
            return Err(format!("write `{name}<7d` or `{name}>2026-01-31`"));
        }
        let later = operator.starts_with('>');
        return match age(value) {
            // The older, the earlier.
            Some(age) => Ok(Test::Time { field, bound: now.saturating_sub(age), after: !later }),
            None => {
                let time = Timestamp::parse(value).map_err(|_| {
                    format!("`{value}` is no day such as `2026-01-31` and no age such as `7d` or `12h`")
                })?;
                Ok(Test::Time { field, bound: time.millis(), after: later })
            }
        };
    }
    if is_time {
        return Err(format!("`{name}` is not a time; these are `updated`, `created` and `materialized`"));
    }
    if value.is_empty() {
        return Err(format!("say what to look for, such as `{name}:text`"));
    }
    if name == fields::TAG {
        return Ok(Test::Tag(value.into()));
    }
    match fields::TEXTS.iter().find(|field| field.name == name) {
        Some(field) => {
            let exact = field.whole || operator == ":=";
            Ok(Test::Text { field, value: lowered(value), exact })
        }
        None => Err(format!("there is no field `{name}`; to look for the text, put it in quotes")),
    }
}

/// `90m`, `12h`, `7d`, `2w`, in milliseconds.
fn age(text: &str) -> Option<i64> {
    const MINUTE: i64 = 60_000;
    const UNITS: [(char, i64); 4] =
        [('m', MINUTE), ('h', 60 * MINUTE), ('d', 24 * 60 * MINUTE), ('w', 7 * 24 * 60 * MINUTE)];
    let (unit, milliseconds) = UNITS.into_iter().find(|(unit, _)| text.ends_with(*unit))?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number >= 0)?;
    Some(number.saturating_mul(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn sentences_are_split_at_blanks_outside_of_quotes() {
        let sentence = r#"  a owner:"b c" -"d \" e"  tag:"f=g"h "open "#;
        let found: Vec<&str> = words(sentence).collect();
        assert_eq!(found, ["a", r#"owner:"b c""#, r#"-"d \" e""#, r#"tag:"f=g"h"#, "\"open "]);
        let values: Vec<String> = found.iter().map(|word| term(word, 0).0.value).collect();
        assert_eq!(values, ["a", "b c", "d \" e", "f=gh", "open "]);
    }

    #[test]
    fn every_value_can_be_quoted() {
        for value in ["plain", "", "two words", "it's \"so\"", "back\\slash \\\" x", "ünï"] {
            let sentence = format!("owner:={}", quoted(value));
            let found: Vec<&str> = words(&sentence).collect();
            assert_eq!(found.len(), 1);
            assert_eq!(term(found[0], 0).0.value, value, "{sentence}");
        }
    }

    #[test]
    fn what_is_not_understood_says_how_to_write_it() {
        for (word, problem) in [
            ("colour:red", "there is no field `colour`"),
            ("updated:2026", "`updated<7d`"),
            ("updated<soon", "`soon` is no day"),
            ("owner>x", "is not a time"),
            ("owner:", "say what to look for"),
        ] {
            let (term, test) = term(word, 0);
            assert!(term.problem.as_deref().is_some_and(|found| found.contains(problem)), "{term:?}");
            assert!(matches!(test, Test::Passed));
        }
        for word in ["\"colour:red\"", "-", "http//x", "stale", "-stale", "updated<7d"] {
            assert_eq!(term(word, 0).0.problem, None, "{word}");
        }
    }

    #[test]
    fn ages_count_backwards() {
        let bounds = |word| match term(word, 1_000_000_000_000).1 {
            Test::Time { bound, after, .. } => (bound, after),
            test => panic!("{test:?}"),
        };
        assert_eq!(bounds("updated<7d"), (1_000_000_000_000 - 604_800_000, true));
        assert_eq!(bounds("updated>1h"), (1_000_000_000_000 - 3_600_000, false));
        assert_eq!(bounds("updated>2001-09-09T01:46:40Z"), (1_000_000_000_000, true));
        assert_eq!(bounds("updated<99999999999999999w"), (1_000_000_000_000 - i64::MAX, true));
    }
}
