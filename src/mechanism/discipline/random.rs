//! Service in random order: each of those who wait is as likely to be taken.
//!
//! Kingman, On queues in which customers are served in random order (1962). The pick is drawn from
//! the line's own stream, so that other draws do not shift.

use crate::base::random::Stream;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "any of those who wait, with equal chance";

no_parameters!("discipline = \"random\"");

/// Which of `n` entries is taken; `n` is at least one.
pub fn pick(n: usize, stream: &mut Stream) -> usize {
    stream.below(n as u32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::{Purpose, Root};

    #[test]
    fn every_entry_has_its_chance() {
        let mut stream = Root::new(1, 0).stream("line", Purpose::Discipline);
        let mut taken = [0; 4];
        for _ in 0..40_000 {
            taken[pick(4, &mut stream)] += 1;
        }
        // Five standard deviations of a binomial(40000, 1/4).
        assert!(taken.iter().all(|n| (*n - 10_000i32).abs() < 433), "{taken:?}");
    }
}
