//! How well objects fit what is searched for, by the rules of Feast's REST server: a part of the name, of the
//! description, of a tag, or letters that are alike.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
};

/// How alike the letters of two texts must be to count.
const ALIKE: f64 = 0.75;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// How well it fits.
    pub score: Score,
    /// The tags that fit, or are alike.
    pub tags: BTreeMap<String, String>,
}

/// How well something fits, from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Score {
    /// The query is a part of it: 100 of the name, 80 of the description, 60 of a tag.
    Part(u8),
    /// Its letters are alike.
    Alike(f64),
}

/// How well an object fits a query that is not empty; `None` where it does not.
pub fn score(query: &str, name: &str, description: &str, tags: &BTreeMap<String, String>) -> Option<Fit> {
    let query = query.to_lowercase();
    let (mut fitting, mut has_exact, mut most_alike) = (BTreeMap::new(), false, 0.0);
    for (key, value) in tags {
        let tag = format!("{}={}", key.to_lowercase(), value.to_lowercase());
        let is_exact = tag.contains(&query);
        let alike = if is_exact { 1.0 } else { likeness(&query, &tag) };
        if alike >= ALIKE {
            has_exact |= is_exact;
            most_alike = if is_exact { most_alike } else { alike.max(most_alike) };
            fitting.insert(key.to_string(), value.to_string());
        }
    }
    let name = name.to_lowercase();
    let score = if name.contains(&query) {
        Score::Part(100)
    } else if description.to_lowercase().contains(&query) {
        Score::Part(80)
    } else if has_exact {
        Score::Part(60)
    } else if most_alike >= ALIKE {
        Score::Alike(most_alike * 100.0)
    } else {
        Score::Alike(Some(likeness(&query, &name)).filter(|alike| *alike >= ALIKE)? * 100.0)
    };
    Some(Fit { score, tags: fitting })
}

/// Which part of the letters of either both have.
fn likeness(one: &str, other: &str) -> f64 {
    let (one, other): (BTreeSet<char>, BTreeSet<char>) = (one.chars().collect(), other.chars().collect());
    match one.union(&other).count() {
        0 => 0.0,
        all => one.intersection(&other).count() as f64 / all as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(query: &str) -> Option<(Score, usize)> {
        let tags = [("Team".into(), "Ranking".into()), ("stage".into(), "test".into())].into();
        score(query, "driver_stats", "Hourly Statistics", &tags).map(|fit| (fit.score, fit.tags.len()))
    }

    #[test]
    fn names_count_more_than_descriptions_and_these_more_than_tags() {
        assert_eq!(scored("DRIVER"), Some((Score::Part(100), 0)));
        assert_eq!(scored("hourly"), Some((Score::Part(80), 0)));
        assert_eq!(scored("team=rank"), Some((Score::Part(60), 1)));
        assert_eq!(scored("tes=g"), Some((Score::Alike(5.0 / 6.0 * 100.0), 1)));
        assert_eq!(scored("stats_driver"), Some((Score::Alike(100.0), 0)));
        assert_eq!(scored("xyz"), None);
    }
}
