//! Priority as time credit: who has credit stands in line as if it had come earlier.
//!
//! Rule: rank = time of joining - credit of the class. Nobody starves: an ordinary task is
//! overtaken only by those who come within the credit. Source: the call centre of an Israeli bank
//! (Guedj and Mandelbaum, "Anonymous Bank" documentation, 2000) gives its high-priority callers 90
//! s.

use super::Waiting;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a class stands in line as if it had come its credit earlier";

no_parameters!("discipline = \"credit\", with classes.NAME.credit = \"90s\"");

impl Spec {
    /// The time of joining less the credit, in nanoseconds; negative before the start of the run.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        super::rank_of(waiting.joined.nanos()) - super::rank_of(waiting.credit.nanos())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};

    #[test]
    fn credit_overtakes_those_who_came_within_it() {
        // They joined at 0, 10 and 20 s; the last has 25 s of credit, so it ranks at -5 s.
        assert_eq!(check::order(&Family::Credit(super::Spec)), [2, 0, 1]);
    }
}
