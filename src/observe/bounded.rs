//! A list that holds so many things and counts the others.

/// The first things told, and how many there were.
#[derive(Clone, Debug)]
pub struct Bounded<T> {
    limit: usize,
    kept: Vec<T>,
    told: u64,
}

impl<T> Bounded<T> {
    /// Keeps at most `limit` things.
    pub fn new(limit: usize) -> Self {
        Bounded { limit, kept: Vec::new(), told: 0 }
    }

    /// Tells of one more, which is made only if it is kept.
    pub fn tell(&mut self, thing: impl FnOnce() -> T) {
        self.told += 1;
        if self.kept.len() < self.limit {
            self.kept.push(thing());
        }
    }

    /// Those kept, in order.
    pub fn kept(&self) -> &[T] {
        &self.kept
    }

    /// How many there were, kept or not.
    pub fn told(&self) -> u64 {
        self.told
    }
}
