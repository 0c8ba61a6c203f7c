//! Running totals, counted where things happen, and whether they have changed since the last look.

/// Totals of a subject now.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Running<T> {
    totals: T,
    changed: bool,
}

impl<T> Running<T> {
    /// The totals, to be changed.
    #[inline(always)]
    pub fn change(&mut self) -> &mut T {
        self.changed = true;
        &mut self.totals
    }

    /// The totals.
    #[inline(always)]
    pub fn now(&self) -> &T {
        &self.totals
    }

    /// The totals, if they have changed since this was asked last.
    #[inline]
    pub fn take_change(&mut self) -> Option<&T> {
        std::mem::take(&mut self.changed).then_some(&self.totals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_once() {
        let mut running: Running<u32> = Running::default();
        assert_eq!((*running.now(), running.take_change()), (0, None));
        *running.change() += 3;
        assert_eq!((*running.now(), running.take_change()), (3, Some(&3)));
        assert_eq!(running.take_change(), None);
    }
}
