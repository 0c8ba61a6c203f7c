//! Prometheus's own tool as an independent oracle: it computes the same values of random
//! expressions over random series, and it takes what is exported for it.
//!
//! The tool is `promtool` 2.42 (Debian's `prometheus` package), found on the PATH or named by the
//! variable `PROMTOOL`. Where there is none, the tests say so and pass.

mod exports;
mod expressions;
mod series;
#[path = "../common/promtool.rs"]
mod tool;

use tool::{printed, promtool};
