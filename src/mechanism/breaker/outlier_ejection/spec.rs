//! What a scenario may write of outlier ejection.

use std::num::NonZeroU32;

use super::super::checked;
use super::machine::OutlierEjection;
use crate::base::read::{Node, Read, Table};
use crate::base::time::Span;
use crate::base::unit::{Factor, Probability};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the worst of a group are ejected for a while, but never too many";

/// `breaker.outlier_ejection = { interval = "10s", ejection = "30s", at_most = "10%" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Between sweeps; above zero.
    pub interval: Span,
    /// How long the first time.
    pub ejection: Span,
    /// How long at most; no shorter than `ejection`.
    pub ejection_at_most: Span,
    /// The share of targets that may be ejected at a time.
    pub at_most: Probability,
    /// With a smaller share not ejected, all get calls.
    pub panic: Probability,
    /// Failures in a row.
    pub consecutive: InARow<true>,
    /// No answers in a row.
    pub unreachable: InARow<false>,
    /// A share of successes far below that of the others.
    pub success_rate: SuccessRate,
    /// A high share of failures.
    pub failure_share: FailureShare,
}

/// So many failures in a row; by default `ENFORCED` or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InARow<const ENFORCED: bool> {
    /// How many.
    pub failures: NonZeroU32,
    /// Whether they eject.
    pub enforced: bool,
}

/// A share of successes far below that of the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SuccessRate {
    /// How many standard deviations below the mean.
    pub deviations: Factor,
    /// Needs at least so many targets.
    pub targets: u32,
    /// Of so many calls each since the last sweep.
    pub calls: u32,
    /// Whether it ejects.
    pub enforced: bool,
}

/// A high share of failures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FailureShare {
    /// At or above this.
    pub share: Probability,
    /// Needs at least so many targets.
    pub targets: u32,
    /// Of so many calls each since the last sweep.
    pub calls: u32,
    /// Whether it ejects.
    pub enforced: bool,
}

fn share(value: f64) -> Probability {
    Probability::new(value).expect("every default is a share")
}

impl<const ENFORCED: bool> Read for InARow<ENFORCED> {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let failures = table.or("failures", NonZeroU32::new(5).expect("five is not zero"));
        let enforced = table.or("enforced", ENFORCED);
        table.finish();
        Some(InARow { failures, enforced })
    }
}

impl Read for SuccessRate {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let deviations = table.or("deviations", Factor::new(1.9).expect("it is above zero"));
        let (targets, calls) = (table.or("targets", 5), table.or("calls", 100));
        let enforced = table.or("enforced", true);
        table.finish();
        Some(SuccessRate { deviations, targets, calls, enforced })
    }
}

impl Read for FailureShare {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let limit = table.or("share", share(0.85));
        let (targets, calls) = (table.or("targets", 5), table.or("calls", 50));
        let enforced = table.or("enforced", false);
        table.finish();
        Some(FailureShare { share: limit, targets, calls, enforced })
    }
}

/// How long a target is ejected: the first time, and at most.
fn times(table: &mut Table<'_>) -> Option<(Span, Span)> {
    let ejection = table.or("ejection", Span::from_secs(30));
    let longest = Span::from_secs(300).max(ejection);
    let fits = |at_most: &Span| *at_most >= ejection;
    let what = "a duration no shorter than `ejection`";
    Some((ejection, checked(table, "ejection_at_most", longest, fits, what)?))
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let some = |span: &Span| *span > Span::ZERO;
        let ten = Span::from_secs(10);
        let interval = checked(&mut table, "interval", ten, some, "a duration above zero");
        let times = times(&mut table);
        let at_most = table.or("at_most", share(0.1));
        let panic = table.or("panic", share(0.5));
        let consecutive = table.or_empty("consecutive");
        let unreachable = table.or_empty("unreachable");
        let success_rate = table.or_empty("success_rate");
        let failure_share = table.or_empty("failure_share");
        table.finish();
        let (ejection, ejection_at_most) = times?;
        Some(Spec {
            interval: interval?,
            ejection,
            ejection_at_most,
            at_most,
            panic,
            consecutive: consecutive?,
            unreachable: unreachable?,
            success_rate: success_rate?,
            failure_share: failure_share?,
        })
    }
}

impl Spec {
    /// The machine of a group of so many targets, fresh for one run.
    pub fn build(&self, targets: usize) -> OutlierEjection {
        OutlierEjection::new(self.clone(), targets)
    }
}
