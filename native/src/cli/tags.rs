//! `--tags`, in Feast's spelling: `team:ml`, comma lists, an optional pair of parentheses, quotes ignored.

use std::collections::BTreeMap;

/// Tags that one option asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tags(BTreeMap<String, String>);

impl Tags {
    /// Reads an option's value. Feast passes over what has no `:` and lists everything then; here that
    /// is an error.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let bare: String =
            text.trim().trim_matches(['(', ')']).chars().filter(|c| !matches!(c, '"' | '\'')).collect();
        let mut tags = BTreeMap::new();
        for item in bare.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let (key, value) =
                item.split_once(':').ok_or_else(|| format!("`{item}` is not of the form KEY:VALUE"))?;
            tags.insert(key.trim().to_owned(), value.trim().to_owned());
        }
        match tags.is_empty() {
            true => Err("no KEY:VALUE is given".into()),
            false => Ok(Tags(tags)),
        }
    }

    /// All that several options ask for; of one key the last value counts.
    pub(crate) fn merged(options: &[Tags]) -> BTreeMap<String, String> {
        options.iter().flat_map(|tags| tags.0.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let tags = |text: &str| Tags::parse(text).map(|Tags(tags)| tags.into_iter().collect::<Vec<_>>());
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(tags("team:ml").unwrap(), [pair("team", "ml")]);
        assert_eq!(tags(" ('a':'b:c', d : ,)").unwrap(), [pair("a", "b:c"), pair("d", "")]);
        assert_eq!(tags("a:1,a:2").unwrap(), [pair("a", "2")]);
        assert!(tags("team").is_err() && tags("a:b,team").is_err() && tags(" ").is_err());
    }
}
