//! A mistake of the user's as a value: where it is, what is wrong, and what to write instead.
//!
//! Did-you-mean: the nearest candidate by Damerau-Levenshtein distance (insertions, deletions,
//! substitutions, swaps of neighbours; Damerau 1964) after folding case and `-` into `_`, if the
//! distance is at most (n + 1) / 3 for the longer word of n letters; or else the only candidate
//! that begins with what was typed (at least three letters).

use std::ops::Range;
use std::sync::Arc;

/// A stretch of the document, in bytes.
pub type Place = Range<usize>;

/// A file that the document refers to, whose text has places of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as the document writes it.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Where a mistake stands that is not in the document itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// The file.
    pub source: Arc<Source>,
    /// The bytes of its text.
    pub place: Place,
}

/// Something wrong in what the user wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where it is; of a mistake in another file, where the document refers to that file.
    pub place: Place,
    /// What is wrong, in a sentence without a full stop; names the key.
    pub message: String,
    /// A few words beside the caret; may be empty.
    pub label: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Where it is in another file, if it is not in the document.
    pub inside: Option<Inside>,
}

impl Mistake {
    /// What mistakes are sorted by: the place in the document, then the place in another file.
    pub fn order(&self) -> [usize; 4] {
        let inside = self.inside.as_ref().map_or(0..0, |inside| inside.place.clone());
        [self.place.start, self.place.end, inside.start, inside.end]
    }

    /// A name that nothing has: `unknown pool \`x\``, with the nearest of the names there are.
    pub fn unknown<'a>(
        place: Place,
        what: &str,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let candidates: Vec<&str> = candidates.into_iter().collect();
        let help = match suggest(name, candidates.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if candidates.is_empty() => format!("there is no {what} at all"),
            None => format!("known: {}", list_of(&candidates)),
        };
        Mistake {
            place,
            message: format!("unknown {what} `{name}`"),
            label: format!("no {what} has this name"),
            help: Some(help),
            inside: None,
        }
    }
}

/// The candidate that was probably meant by `name`; the first of equally near ones.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = fold(name);
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let near = candidates
        .iter()
        .filter_map(|&candidate| {
            let other = fold(candidate);
            let distance = strsim::damerau_levenshtein(&typed, &other);
            let longer = typed.chars().count().max(other.chars().count());
            (distance <= (longer + 1) / 3).then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance);
    if let Some((_, candidate)) = near {
        return Some(candidate);
    }
    let mut longer = candidates.into_iter().filter(|c| fold(c).starts_with(&typed));
    match (longer.next(), longer.next()) {
        (Some(only), None) if typed.chars().count() >= 3 => Some(only),
        _ => None,
    }
}

fn fold(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

/// `` `a`, `b` and `c` ``: names in a sentence.
pub fn list_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::from("nothing"),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_was_probably_meant() {
        let keys = ["rate", "attempts", "warm_up", "utilisation", "p50", "cv", "exponential"];
        for (typed, meant) in [
            ("rte", Some("rate")),
            ("raet", Some("rate")),
            ("Rate", Some("rate")),
            ("warm-up", Some("warm_up")),
            ("warmup", Some("warm_up")),
            ("utilization", Some("utilisation")),
            ("p5", Some("p50")),
            ("vc", Some("cv")),
            ("exp", Some("exponential")),
            ("k", None),
            ("elephants", None),
            ("", None),
        ] {
            assert_eq!(suggest(typed, keys), meant, "{typed}");
        }
    }

    #[test]
    fn the_nearest_wins_and_then_the_first() {
        assert_eq!(suggest("abcdef", ["abcxyf", "abcdex"]), Some("abcdex"));
        assert_eq!(suggest("pool1", ["pool2", "pool3"]), Some("pool2"));
        assert_eq!(suggest("exp", ["exponential", "explicitly"]), None);
    }

    #[test]
    fn an_unknown_name_lists_what_there_is() {
        let mistake = Mistake::unknown(3..5, "pool", "zz", ["alpha", "beta", "gamma"]);
        assert_eq!(mistake.message, "unknown pool `zz`");
        assert_eq!(mistake.help.as_deref(), Some("known: `alpha`, `beta` and `gamma`"));
        let mistake = Mistake::unknown(3..5, "pool", "zz", []);
        assert_eq!(mistake.help.as_deref(), Some("there is no pool at all"));
    }
}
