//! Environment variables in the text of a configuration, replaced as Python's
//! `os.path.expandvars` does, which Feast applies to the whole file before parsing it.

/// Replaces `$NAME` and `${NAME}`, once. What has no value stays as it is written, `${NAME:-default}`
/// included, whose name would be all that is between the braces.
#[must_use]
pub fn expand_variables(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        let (before, reference) = rest.split_at(dollar);
        expanded.push_str(before);
        let (name, length) = name_in(&reference[1..]);
        let (reference, after) = reference.split_at(1 + length);
        match name.and_then(variable) {
            Some(value) => expanded.push_str(&value),
            None => expanded.push_str(reference),
        }
        rest = after;
    }
    expanded + rest
}

/// The name after a `$`, and how many bytes it takes with its braces.
fn name_in(text: &str) -> (Option<&str>, usize) {
    if let Some(braced) = text.strip_prefix('{') {
        return match braced.find('}') {
            Some(end) => (Some(&braced[..end]), end + 2),
            None => (None, 0),
        };
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    (Some(&text[..end]).filter(|name| !name.is_empty()), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_does() {
        let variable = |name: &str| match name {
            "A" => Some("aval".to_owned()),
            "NESTED" => Some("$A".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        for (text, expanded) in [
            ("$A/${A}", "aval/aval"),
            ("$UNSET/${UNSET}", "$UNSET/${UNSET}"),
            ("$$A", "$aval"),
            ("${A:-d} ${A-x} ${ A }", "${A:-d} ${A-x} ${ A }"),
            ("$A_ $A.b $Aé", "$A_ aval.b avalé"),
            ("${} $ $1 ${A", "${} $ $1 ${A"),
            ("[$NESTED] [$EMPTY]", "[$A] []"),
            ("no reference", "no reference"),
            ("end $", "end $"),
        ] {
            assert_eq!(expand_variables(text, &variable), expanded, "{text}");
        }
    }
}
