//! YAML that readers of YAML 1.1, Python's among them, take for the same as we do: they read a plain `no` as
//! false and a plain time as a time, so such texts are in quotes. It is made of JSON, which any answer has.
//!
//! serde_yaml needs `std`, and writes for YAML 1.2.

use alloc::{format, string::String};
use core::fmt;

use serde::{
    Serialize,
    de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor},
};

/// One YAML document. It fails where serializing fails, or on nesting deeper than a hundred levels or so.
pub fn to_string(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    let mut out = String::with_capacity(json.len());
    Node { out: &mut out, indent: 0, place: Place::Top }
        .deserialize(&mut serde_json::Deserializer::from_str(&json))?;
    Ok(out)
}

/// Where a value is written.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Top,
    /// After `key:`.
    Entry,
    /// After `-`.
    Item,
}

/// A value on its way from JSON to YAML.
struct Node<'o> {
    out: &'o mut String,
    /// That of the list or map which the value is in.
    indent: usize,
    place: Place,
}

impl Node<'_> {
    fn scalar(self, text: &str) {
        if self.place != Place::Top {
            self.out.push(' ');
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Begins a list or map and says how far it is indented.
    fn begin(&mut self, is_list: bool) -> usize {
        match self.place {
            Place::Top => 0,
            // Lists stand below their key without indentation.
            Place::Entry => {
                self.out.push('\n');
                self.indent + if is_list { 0 } else { 2 }
            }
            Place::Item => {
                self.out.push(' ');
                self.indent + 2
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.scalar("null");
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.scalar(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.scalar(&format!("{value}"));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.scalar(&format!("{value}"));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.scalar(&format!("{value:?}"));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        let indent = self.indent + if self.place == Place::Top { 0 } else { 2 };
        let text = if self.place != Place::Top { block(value, indent) } else { None };
        self.scalar(&text.unwrap_or_else(|| flow(value)));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut is_empty = true;
        let mut indent = 0;
        loop {
            // That there is no further item shows only when it is asked for.
            let before = self.out.len();
            if is_empty {
                indent = self.begin(true);
            }
            if !is_empty || self.place != Place::Item {
                pad(self.out, indent);
            }
            self.out.push('-');
            let item = Node { out: &mut *self.out, indent, place: Place::Item };
            if items.next_element_seed(item)?.is_none() {
                self.out.truncate(before);
                break;
            }
            is_empty = false;
        }
        if is_empty {
            self.scalar("[]");
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let mut is_empty = true;
        let mut indent = 0;
        while let Some(key) = entries.next_key::<String>()? {
            if is_empty {
                indent = self.begin(false);
            }
            if !is_empty || self.place != Place::Item {
                pad(self.out, indent);
            }
            self.out.push_str(&flow(&key));
            self.out.push(':');
            entries.next_value_seed(Node { out: &mut *self.out, indent, place: Place::Entry })?;
            is_empty = false;
        }
        if is_empty {
            self.scalar("{}");
        }
        Ok(())
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(core::iter::repeat_n(' ', indent));
}

/// A text of several lines, if it can be written line by line.
fn block(text: &str, indent: usize) -> Option<String> {
    let is_plain = |c: char| c == '\n' || c == '\t' || is_printable(c);
    // A blank at the beginning would be taken for indentation.
    if !text.contains('\n') || text.starts_with([' ', '\t', '\n']) || !text.chars().all(is_plain) {
        return None;
    }
    let (body, header) = match text.strip_suffix('\n') {
        None => (text, "|-"),
        Some(body) if body.ends_with('\n') => (body, "|+"),
        Some(body) => (body, "|"),
    };
    let mut out = String::from(header);
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(&mut out, indent);
            out.push_str(line);
        }
    }
    Some(out)
}

/// A text on one line: plain, or else in quotes.
fn flow(text: &str) -> String {
    if !text.chars().all(is_printable) {
        return double_quoted(text);
    }
    match is_plain(text) {
        true => text.into(),
        false => format!("'{}'", text.replace('\'', "''")),
    }
}

fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a text without quotes is read as that text.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text.chars().nth(1).unwrap_or(' ');
    !text.starts_with(' ')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !"!&*#|>@`%'\"[]{},=".contains(first)
        && !("-?:".contains(first) && second == ' ')
        && !is_ambiguous(text)
}

/// Whether it looks like a truth value, nothing, a merge, a number or a time.
fn is_ambiguous(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    let number = word.trim_start_matches(['+', '-']);
    matches!(word.as_str(), "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null" | "~" | "<<")
        || matches!(number, ".inf" | ".nan")
        || number.starts_with("0x")
        || number.starts_with("0o")
        || text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
            && text.chars().all(|c| c.is_ascii_digit() || "+-.:_eE TtZz".contains(c))
}

fn double_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c => out.push_str(&match u32::from(c) {
                code @ ..0x100 => format!("\\x{code:02x}"),
                code => format!("\\u{code:04x}"),
            }),
        }
    }
    out.push('"');
    out
}
