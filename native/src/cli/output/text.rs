//! Texts of objects as a terminal may see them.

/// The text with control characters and what else could move the cursor or the reading direction
/// written as escapes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.extend(c.escape_unicode());
            }
            c if c.is_control() => out.extend(c.escape_debug()),
            c => out.push(c),
        }
    }
    out
}

/// Values longer than this are cut.
const LONG: usize = 60;

/// A field's old and new value, `old -> new`. Of texts with several lines, such as functions, the first
/// line that differs is shown. A field that is not there has no value, nor has one that is empty.
pub(crate) fn brief_change(before: Option<&str>, after: Option<&str>) -> String {
    let (old, new) = (before.unwrap_or_default(), after.unwrap_or_default());
    if !old.contains('\n') && !new.contains('\n') {
        return format!("{} -> {}", brief(old), brief(new));
    }
    let (mut old, mut new) = (old.lines(), new.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (old.next(), new.next()) {
            (None, None) => return "line ends differ".into(),
            (one, other) if one != other => {
                let rest = old.clone().count().max(new.clone().count());
                let rest = if rest == 0 { "" } else { " (and below)" };
                let (one, other) = (brief(one.unwrap_or_default()), brief(other.unwrap_or_default()));
                return format!("line {number}: {one} -> {other}{rest}");
            }
            _ => {}
        }
    }
}

fn brief(text: &str) -> String {
    match text.char_indices().nth(LONG) {
        _ if text.is_empty() => "(none)".into(),
        Some((end, _)) => escaped(text.get(..end).unwrap_or_default()) + "…",
        None => escaped(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_escaped_and_letters_are_not() {
        assert_eq!(escaped("a\tb\nc\u{1b}[1m \u{202e}é🚗'\"\\"), "a\\tb\\nc\\u{1b}[1m \\u{202e}é🚗'\"\\");
    }

    #[test]
    fn changes() {
        assert_eq!(brief_change(None, Some("risk")), "(none) -> risk");
        assert_eq!(brief_change(Some("a"), None), "a -> (none)");
        assert_eq!(
            brief_change(Some("def f():\n  return 1\n"), Some("def f():\n  return 2\n")),
            "line 2:   return 1 ->   return 2"
        );
        assert_eq!(brief_change(Some(&"x".repeat(70)), Some("y")), format!("{}… -> y", "x".repeat(60)));
    }
}
