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
