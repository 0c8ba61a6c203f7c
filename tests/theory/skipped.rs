//! The rows that are not checked, each with its reason.

const LIMIT: &str = "a limit for infinitely many servers; the refined values for 100 are checked";
const RETRIES: &str = "retries with back-off are not modelled";
const HEDGING: &str = "hedged requests are not modelled";
const TIMEOUTS: &str = "time limits of attempts are not modelled";
const CURVE: &str = "a formula of Gunther, not a stochastic model";

/// Case, metric and reason.
pub const SKIPPED: &[(&str, &str, &str)] = &[
    ("D045", "meanfield_mean_number_per_server", LIMIT),
    ("D045", "meanfield_mean_sojourn", LIMIT),
    ("D045", "meanfield_frac_servers_ge_3", LIMIT),
    ("D046", "meanfield_mean_number_per_server", LIMIT),
    ("D046", "meanfield_mean_sojourn", LIMIT),
    ("D046", "meanfield_frac_servers_ge_3", LIMIT),
    ("D047", "meanfield_mean_number_per_server", LIMIT),
    ("D047", "meanfield_mean_sojourn", LIMIT),
    ("D047", "meanfield_frac_servers_ge_3", LIMIT),
    ("D053", "prob_success", RETRIES),
    ("D053", "mean_attempts", RETRIES),
    ("D053", "mean_latency_all", RETRIES),
    ("D054", "mean_latency", HEDGING),
    ("D054", "prob_hedged", HEDGING),
    ("D054", "mean_copies", HEDGING),
    ("D054", "p95_latency", HEDGING),
    ("D054", "p99_latency", HEDGING),
    ("D054", "mean_server_time", HEDGING),
    ("D055", "prob_timeout", TIMEOUTS),
    ("D055", "mean_time_spent", TIMEOUTS),
    ("D055", "mean_latency_given_success", TIMEOUTS),
    ("D056", "mean_4_of_8", "joins that wait for k of n steps are not modelled"),
    ("D062", "hw_prob_wait", "a limit; the exact value next to it is checked"),
    ("D063", "N_star", CURVE),
    ("D063", "X_at_10", CURVE),
    ("D063", "X_at_50", CURVE),
    ("D063", "X_peak", CURVE),
];
