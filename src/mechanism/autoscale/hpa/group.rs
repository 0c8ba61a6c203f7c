//! Which pods an HPA may believe: before a ratio is taken, pods are put into groups.
//!
//! Rule, the first that holds: deleted or failed: ignored; pending: unready; without a sample:
//! missing. Of CPU only: never conditioned or never started: unready; while now < start +
//! `initialisation`: unready if not ready, or if its sample is older than one window since it
//! became so; after that: unready if not ready and start + `readiness` > the last change, so that
//! it never was. All others are ready. Comparisons are strict.
//!
//! Source: kubernetes/kubernetes, pkg/controller/podautoscaler/replica_calculator.go, `groupPods`.

use crate::base::time::Time;
use crate::base::unit::Span;

/// Where a pod is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is being started.
    Pending,
    /// It runs.
    Running,
    /// It has ended well.
    Succeeded,
    /// It has failed.
    Failed,
}

/// A pod, as far as an HPA looks at it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pod {
    /// Where it is in its life.
    pub phase: Phase,
    /// Whether it is being deleted.
    pub deleted: bool,
    /// When it was started, if it was.
    pub start: Option<Time>,
    /// Whether it is ready, and since when that is so; `None`: it has no such condition.
    pub ready: Option<(bool, Time)>,
    /// What it requests, in thousandths.
    pub request: Option<i64>,
}

/// A sample of a metric of one pod.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The place of the pod in the list; one beyond it is of a pod that is not there.
    pub pod: usize,
    /// Its value, in thousandths.
    pub value: i64,
    /// When it was taken.
    pub at: Time,
    /// The window that ended then.
    pub window: Span,
}

/// How far the CPU of a fresh pod is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// For so long after its start only while it is ready, and has been for a window.
    pub initialisation: Span,
    /// One that stopped being ready so soon after its start has never been ready.
    pub readiness: Span,
}

/// The pods by group, each by its place in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// How many are believed.
    pub ready: usize,
    /// Whose samples are not believed, because they are not ready.
    pub unready: Vec<usize>,
    /// Who have no sample.
    pub missing: Vec<usize>,
    /// Who do not count at all.
    pub ignored: Vec<usize>,
}

/// The groups of the pods; `trust` is for CPU only.
pub fn group(pods: &[Pod], samples: &[Sample], trust: Option<Trust>, now: Time) -> Groups {
    let mut groups = Groups::default();
    for (place, pod) in pods.iter().enumerate() {
        let is_of = |sample: &&Sample| sample.pod == place;
        // Where every pod has its sample it stands at the pod's own place.
        let own = samples.get(place).filter(is_of);
        let sample = own.or_else(|| samples.iter().find(is_of));
        match (pod.phase, sample) {
            (Phase::Failed, _) => groups.ignored.push(place),
            _ if pod.deleted => groups.ignored.push(place),
            (Phase::Pending, _) => groups.unready.push(place),
            (_, None) => groups.missing.push(place),
            (_, Some(sample)) => {
                match trust.is_some_and(|trust| trust.is_unready(pod, sample, now)) {
                    true => groups.unready.push(place),
                    false => groups.ready += 1,
                }
            }
        }
    }
    groups
}

impl Trust {
    fn is_unready(&self, pod: &Pod, sample: &Sample, now: Time) -> bool {
        let (Some(start), Some((ready, since))) = (pod.start, pod.ready) else { return true };
        if start.saturating_add(self.initialisation) > now {
            !ready || sample.at < since.saturating_add(sample.window)
        } else {
            !ready && start.saturating_add(self.readiness) > since
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::at;
    use super::*;

    /// Whether a pod that started at 100 s is unready at `now`, which its sample of a minute is of.
    fn is_unready(now: u64, ready: bool, since: u64) -> bool {
        let ready = Some((ready, at(since)));
        let running = Phase::Running;
        let pod =
            Pod { phase: running, deleted: false, start: Some(at(100)), ready, request: None };
        let sample = Sample { pod: 0, value: 0, at: at(now), window: Span::from_secs(60) };
        let (initialisation, readiness) = (Span::from_secs(300), Span::from_secs(30));
        let trust = Some(Trust { initialisation, readiness });
        group(&[pod], &[sample], trust, at(now)).ready == 0
    }

    #[test]
    fn times_are_compared_strictly() {
        // Within the initialisation a sample must be a window younger than the readiness.
        assert_eq!([is_unready(179, true, 120), is_unready(180, true, 120)], [true, false]);
        // At 400 s it is over: who has been ready only for a second counts, and so does who is not
        // ready any more, but not who never was, changed within 30 s of the start.
        assert_eq!([is_unready(399, true, 398), is_unready(400, true, 399)], [true, false]);
        assert_eq!([is_unready(399, false, 200), is_unready(400, false, 200)], [true, false]);
        assert_eq!([is_unready(400, false, 129), is_unready(400, false, 130)], [true, false]);
    }
}
