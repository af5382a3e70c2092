//! YAML, as core writes it, read back by another library in the tests.

use std::io;

use feast_registry_core::yaml;
use serde::Serialize;

use crate::cli::error::CliError;

/// One YAML document.
pub(crate) fn yaml(value: &impl Serialize) -> Result<String, CliError> {
    Ok(yaml::to_string(value).map_err(io::Error::other)?)
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
            "first\n  second\n\nthird  \n",
            "a\n\n",
            "a\n\n\nb",
            " a\nb",
            "\n",
            "tab\there\nand\tthere",
            "carriage\r\nreturn",
            "- \na: b\n# c\n",
            "?",
            ":",
            "? a",
            "!a",
            "'",
            "\"",
            "[a]",
            "a, b",
            "%a",
            "---",
            "=",
            "\u{2028}",
            "\u{feff}a",
            "\u{1f697} ü",
        ] {
            let written = yaml(&[text]).unwrap();
            assert_eq!(serde_yaml::from_str::<[String; 1]>(&written).unwrap(), [text], "{written}");
        }
    }
}
