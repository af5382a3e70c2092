//! An object as the Python that defines it.

use alloc::{format, string::String};

/// A text as a Python literal.
pub(super) fn text(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() => literal.push_str(&match u32::from(c) {
                code @ ..0x100 => format!("\\x{code:02x}"),
                code => format!("\\u{code:04x}"),
            }),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

pub(super) fn definition(_: &super::Catalog<'_>, _: &str, _: &super::Parts<'_>) -> String {
    String::new()
}
