//! First in, first out: in the order of joining the line.

/// The line of `rehearsal list`.
pub const ABOUT: &str = "first come, first served";

no_parameters!("discipline = \"fifo\"");

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};

    #[test]
    fn takes_the_first() {
        assert_eq!(check::order(&Family::Fifo(super::Spec)), [0, 1, 2]);
    }
}
