//! The rows that are not checked, each with its reason.

const LIMIT: &str = "a limit for infinitely many servers; the refined values for 100 are checked";
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
    ("D062", "hw_prob_wait", "a limit; the exact value next to it is checked"),
    ("D063", "N_star", CURVE),
    ("D063", "X_at_10", CURVE),
    ("D063", "X_at_50", CURVE),
    ("D063", "X_peak", CURVE),
];
