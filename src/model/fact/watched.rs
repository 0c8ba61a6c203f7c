//! What the monitor saw.

/// What the monitor saw of a pool or of one of its agents since it looked last; what has no value
/// is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// Mean time from start to result, in seconds.
    pub response_mean_s: Option<f64>,
    /// Successes over results.
    pub success_rate: Option<f64>,
    /// Successes per second.
    pub throughput_per_s: Option<f64>,
    /// Failures and time-outs over results.
    pub error_rate: Option<f64>,
    /// Memory in use, as a share.
    pub memory: Option<f64>,
    /// CPU in use, as a share.
    pub cpu: Option<f64>,
}

impl Seen {
    /// All of it, in the order of the fields.
    pub fn values(&self) -> [Option<f64>; 6] {
        [
            self.response_mean_s,
            self.success_rate,
            self.throughput_per_s,
            self.error_rate,
            self.memory,
            self.cpu,
        ]
    }
}
