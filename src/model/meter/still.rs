//! What was read of a subject is good for as long as the subject stands still.
//!
//! Invariant: what is given is what would be read now. It is read anew if the subject has changed
//! since the beginning of what was read last: after that, all windows show the same levels.

use crate::base::time::Time;

/// Something that was read, and the beginning of the window over which it was.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Still<T>(Option<(Time, T)>);

impl<T: Copy> Still<T> {
    /// Nothing was read yet.
    pub fn new() -> Self {
        Still(None)
    }

    /// What was read, if the subject has not changed since; else what is read now, over a window
    /// that begins at `begin`.
    #[inline]
    pub fn get(&mut self, changed_at: Time, begin: Time, read: impl FnOnce() -> T) -> T {
        match self.0 {
            Some((begun, value)) if changed_at <= begun => value,
            _ => self.0.insert((begin, read())).1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_again_only_if_something_may_have_changed() {
        let at = Time::from_nanos;
        let mut still = Still::new();
        assert_eq!(still.get(at(0), at(10), || 'a'), 'a', "nothing was read yet");
        assert_eq!(still.get(at(10), at(20), || 'b'), 'a', "unchanged since the window began");
        assert_eq!(still.get(at(15), at(20), || 'c'), 'c', "changed within the window");
        // The window of 'c' began at 20: the change before it shows in no later window.
        assert_eq!(still.get(at(15), at(30), || 'd'), 'c');
        assert_eq!(still.get(at(21), at(30), || 'e'), 'e');
    }
}
