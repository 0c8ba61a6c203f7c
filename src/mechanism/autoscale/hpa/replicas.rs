//! How many pods the HPA proposes for one metric.
//!
//! Rule. Samples of ignored and unready pods are dropped; if none is left, there is no proposal.
//! The ratio to the target is taken (see below). If there are no missing pods, and no unready ones
//! that would matter (there are, and the ratio is above 1): within the tolerance it stays, or else
//! `ceil(ratio * ready pods)`. Otherwise missing pods are filled in so that they damp: with the
//! request (or the target, if that is more) where the ratio is below 1, with 0 where it is above,
//! not at all where it is exactly 1; and unready ones with 0. The ratio is taken again; if it is
//! within the tolerance or on the other side of 1, or if `ceil(ratio * samples)` goes against it,
//! the count stays, or else that is it.
//!
//! Ratios. Resources: the use of all samples over their requests, in whole percent (cut off), over
//! the target percent. Metrics of pods: the mean in whole thousandths (cut off) over the target; a
//! missing pod that damps a fall counts as the target. One value: itself over the target, times
//! the pods that run and are ready; from zero pods `ceil(ratio)` without a tolerance. One value
//! for each pod: over the target times the pods there are; outside the tolerance
//! `ceil(value / target)`. All divisions are in f64, in the order of the source.
//!
//! Source: kubernetes/kubernetes, pkg/controller/podautoscaler/replica_calculator.go and
//! metrics/utilization.go.

use std::fmt;

use super::group::{Groups, Phase, Pod, Sample};

/// How far the ratio may be off 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Above.
    pub up: f64,
    /// Below.
    pub down: f64,
}

/// What is proposed for one metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// How many pods.
    pub replicas: u32,
    /// What was measured: percent of the request, or thousandths.
    pub usage: i64,
    /// The mean of the pods, in thousandths; of one value, what was measured.
    pub mean: i64,
    /// The present count was kept, because the ratio is near enough or would not say which way.
    pub kept: bool,
}

/// Why there is no proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no sample at all.
    NoSamples,
    /// There is no pod at all.
    NoPods,
    /// There are samples of ignored and unready pods only.
    NoneReady,
    /// A pod does not say what it requests.
    NoRequest,
    /// The samples are of other pods.
    OtherPods,
}

impl fmt::Display for Fault {
    /// In the words of the source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::NoSamples => {
                "unable to get metrics for resource cpu: no metrics returned from resource metrics \
                 API"
            }
            Fault::NoPods => "no pods returned by selector while calculating replica count",
            Fault::NoneReady => "did not receive metrics for targeted pods (pods might be unready)",
            Fault::NoRequest => "missing request for",
            Fault::OtherPods => "no metrics returned matched known pods",
        })
    }
}

impl Tolerance {
    /// Whether the ratio is near enough to 1.
    pub fn holds(&self, ratio: f64) -> bool {
        (1.0 - self.down) <= ratio && ratio <= (1.0 + self.up)
    }
}

/// The next whole number, as far as a count goes (31 bits).
pub(super) fn whole(count: f64) -> u32 {
    // `as` saturates, and maps NaN to zero.
    (count.ceil() as u32).min(i32::MAX as u32)
}

/// The samples that are believed, as (pod, value).
type Believed = Vec<(usize, i64)>;

/// What a ratio is taken of.
trait Usage {
    /// The ratio to the target, what was measured and the mean of the pods.
    fn ratio(&self, samples: &[(usize, i64)]) -> Result<(f64, i64, i64), Fault>;
    /// What a missing pod counts as while the ratio is below 1.
    fn full(&self, pod: usize) -> i64;
}

/// The count for a target of so many percent of what is requested.
pub fn for_utilisation(
    current: u32,
    percent: u32,
    (pods, samples, groups): (&[Pod], &[Sample], &Groups),
    tolerance: Tolerance,
) -> Result<Proposal, Fault> {
    if samples.is_empty() {
        return Err(Fault::NoSamples);
    }
    let believed = believed(pods, samples, groups)?;
    if pods.iter().any(|pod| pod.request.is_none()) {
        return Err(Fault::NoRequest);
    }
    propose(current, believed, groups, tolerance, &Percent { pods, target: percent })
}

/// The count for a target of so many thousandths for each pod, of a metric of the pods.
pub fn for_average(
    current: u32,
    target: i64,
    (pods, samples, groups): (&[Pod], &[Sample], &Groups),
    tolerance: Tolerance,
) -> Result<Proposal, Fault> {
    if samples.is_empty() {
        return Err(Fault::NoSamples);
    }
    let believed = believed(pods, samples, groups)?;
    propose(current, believed, groups, tolerance, &Mean { target })
}

/// The count for a target of one value, in thousandths.
pub fn for_value(
    current: u32,
    (value, target): (i64, i64),
    pods: &[Pod],
    tolerance: Tolerance,
) -> Result<Proposal, Fault> {
    let ratio = value as f64 / target as f64;
    let one = |replicas, kept| Proposal { replicas, usage: value, mean: value, kept };
    if current == 0 {
        return Ok(one(whole(ratio), false));
    }
    if tolerance.holds(ratio) {
        return Ok(one(current, true));
    }
    if pods.is_empty() {
        return Err(Fault::NoPods);
    }
    let is_ready =
        |pod: &&Pod| pod.phase == Phase::Running && pod.ready.is_some_and(|(ready, _)| ready);
    let ready = pods.iter().filter(is_ready).count();
    Ok(one(whole(ratio * ready as f64), false))
}

/// The count for a target of one value for each of the pods there are, in thousandths.
pub fn for_value_each(
    pods_there: u32,
    (value, target): (i64, i64),
    tolerance: Tolerance,
) -> Proposal {
    let there = f64::from(pods_there);
    let ratio = value as f64 / (target as f64 * there);
    let kept = tolerance.holds(ratio);
    let replicas = if kept { pods_there } else { whole(value as f64 / target as f64) };
    let usage = (value as f64 / there).ceil() as i64;
    Proposal { replicas, usage, mean: usage, kept }
}

fn believed(pods: &[Pod], samples: &[Sample], groups: &Groups) -> Result<Believed, Fault> {
    if pods.is_empty() {
        return Err(Fault::NoPods);
    }
    let doubted = |pod: &usize| groups.ignored.contains(pod) || groups.unready.contains(pod);
    let mut believed = Believed::with_capacity(pods.len());
    let trusted = samples.iter().filter(|sample| !doubted(&sample.pod));
    believed.extend(trusted.map(|sample| (sample.pod, sample.value)));
    if believed.is_empty() { Err(Fault::NoneReady) } else { Ok(believed) }
}

fn propose(
    current: u32,
    mut samples: Believed,
    groups: &Groups,
    tolerance: Tolerance,
    metric: &dyn Usage,
) -> Result<Proposal, Fault> {
    let (first, usage, mean) = metric.ratio(&samples)?;
    let keep = Ok(Proposal { replicas: current, usage, mean, kept: true });
    let unready_matter = !groups.unready.is_empty() && first > 1.0;
    if !unready_matter && groups.missing.is_empty() {
        if tolerance.holds(first) {
            return keep;
        }
        let replicas = whole(first * groups.ready as f64);
        return Ok(Proposal { replicas, usage, mean, kept: false });
    }
    if first < 1.0 {
        samples.extend(groups.missing.iter().map(|pod| (*pod, metric.full(*pod))));
    } else if first > 1.0 {
        samples.extend(groups.missing.iter().map(|pod| (*pod, 0)));
    }
    if unready_matter {
        samples.extend(groups.unready.iter().map(|pod| (*pod, 0)));
    }
    let (second, ..) = metric.ratio(&samples)?;
    let turned = (first < 1.0 && second > 1.0) || (first > 1.0 && second < 1.0);
    if tolerance.holds(second) || turned {
        return keep;
    }
    let replicas = whole(second * samples.len() as f64);
    if (second < 1.0 && replicas > current) || (second > 1.0 && replicas < current) {
        return keep;
    }
    Ok(Proposal { replicas, usage, mean, kept: false })
}

/// Use over request.
struct Percent<'a> {
    /// All of them say what they request.
    pods: &'a [Pod],
    target: u32,
}

impl Usage for Percent<'_> {
    fn ratio(&self, samples: &[(usize, i64)]) -> Result<(f64, i64, i64), Fault> {
        let (mut used, mut requested, mut pods) = (0i64, 0i64, 0i64);
        for (pod, value) in samples {
            let Some(request) = self.pods.get(*pod).and_then(|pod| pod.request) else { continue };
            used = used.saturating_add(*value);
            requested = requested.saturating_add(request);
            pods += 1;
        }
        if requested == 0 {
            return Err(Fault::OtherPods);
        }
        let percent = used.saturating_mul(100) / requested;
        Ok((percent as f64 / f64::from(self.target), percent, used / pods))
    }

    fn full(&self, pod: usize) -> i64 {
        let request = self.pods[pod].request.unwrap_or(0);
        request.saturating_mul(i64::from(self.target.max(100))) / 100
    }
}

/// The mean of a metric of the pods.
struct Mean {
    target: i64,
}

impl Usage for Mean {
    fn ratio(&self, samples: &[(usize, i64)]) -> Result<(f64, i64, i64), Fault> {
        let sum = samples.iter().fold(0i64, |sum, (_, value)| sum.saturating_add(*value));
        let mean = sum / samples.len() as i64;
        Ok((mean as f64 / self.target as f64, mean, mean))
    }

    fn full(&self, _pod: usize) -> i64 {
        self.target
    }
}
