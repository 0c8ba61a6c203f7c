//! Matchers: what a selector asks of one label.
//!
//! A label that a series lacks is as good as an empty one. A pattern must match the whole value;
//! its syntax is RE2's without Unicode classes.

use regex_lite::Regex;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `=`
    Is,
    /// `!=`
    IsNot,
    /// `=~`
    Matches,
    /// `!~`
    MatchesNot,
}

/// A label, what is asked of it, and the value or pattern.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// The label's name.
    pub label: String,
    /// What is asked.
    pub relation: Relation,
    /// The value or pattern.
    pub value: String,
    pattern: Option<Regex>,
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        let key = |matcher: &Self| (matcher.relation, matcher.label.clone(), matcher.value.clone());
        key(self) == key(other)
    }
}

impl Matcher {
    /// The matcher, or what is wrong with its pattern.
    pub fn new(label: &str, relation: Relation, value: &str) -> Result<Self, String> {
        let pattern = match relation {
            Relation::Is | Relation::IsNot => None,
            Relation::Matches | Relation::MatchesNot => {
                // The pattern is tried alone, so that it cannot close the group around it.
                Regex::new(value).map_err(|error| error.to_string())?;
                let whole = Regex::new(&format!("^(?:{value})$"));
                Some(whole.map_err(|error| error.to_string())?)
            }
        };
        Ok(Matcher { label: label.to_string(), relation, value: value.to_string(), pattern })
    }

    /// Does the label's value fit?
    pub fn fits(&self, value: &str) -> bool {
        let matches =
            |pattern: &Option<Regex>| pattern.as_ref().expect("it was compiled").is_match(value);
        match self.relation {
            Relation::Is => self.value == value,
            Relation::IsNot => self.value != value,
            Relation::Matches => matches(&self.pattern),
            Relation::MatchesNot => !matches(&self.pattern),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_value() {
        let fits = |relation, value: &str, of| Matcher::new("l", relation, value).unwrap().fits(of);
        assert!(fits(Relation::Matches, "a|bc", "bc"));
        assert!(!fits(Relation::Matches, "a|bc", "abc"), "anchored, alternatives together");
        assert!(fits(Relation::Matches, ".*", ""));
        assert!(!fits(Relation::Matches, ".+", ""));
        assert!(fits(Relation::MatchesNot, ".+", ""));
        assert!(fits(Relation::Matches, "agent-[0-9]{1,2}", "agent-12"));
        assert!(fits(Relation::Is, "a.c", "a.c") && !fits(Relation::Is, "a.c", "abc"));
        assert!(fits(Relation::IsNot, "a", ""));
    }

    #[test]
    fn bad_patterns_are_refused() {
        for pattern in ["(", "a)(b", "[", "*"] {
            assert!(Matcher::new("l", Relation::Matches, pattern).is_err(), "{pattern}");
        }
    }
}
