//! PromQL, the part of it that alert rules live on, over the simulated metrics.
//!
//! | inside                | what                                                              |
//! |-----------------------|-------------------------------------------------------------------|
//! | selectors             | `name`, `name{label="x"}` with `=`, `!=`, `=~`, `!~`              |
//! | functions of a range  | `rate`, `increase`, `avg_over_time`, `max_over_time`,             |
//! |                       | `min_over_time`, `sum_over_time`, of `name{...}[5m]`              |
//! | function of a vector  | `histogram_quantile`                                              |
//! | aggregation           | `sum`, `avg`, `max`, `min`, `count`, with `by` or `without`       |
//! | arithmetic            | `+`, `-`, `*`, `/`, and `-x`                                      |
//! | comparison            | `==`, `!=`, `<`, `<=`, `>`, `>=`, as filters                      |
//! | sets                  | `and`, `or`, `unless`                                             |
//! | matching of vectors   | one to one, with `on` or `ignoring`                               |
//! | numbers, parentheses  | `0.5`, `1e3`, `Inf`, `NaN`                                        |
//!
//! Everything else (`offset`, `@`, subqueries, `bool`, `group_left`, `%`, `^`, other functions) is
//! a mistake at its place. What is inside means to the bit what it means in Prometheus 2.42: a
//! range is closed at both ends, a sample counts for five minutes unless its series became stale,
//! rates are extrapolated, and floats are added in the order of the series.
//!
//! Source: prometheus/prometheus, `promql/engine.go`, `promql/functions.go`, `promql/quantile.go`
//! and `promql/parser`, release 2.42.
//!
//! Invariants: time is in whole milliseconds; a value of the same store at the same moment is the
//! same to the bit; no text makes parsing panic.

mod aggregate;
mod binary;
mod duration;
mod evaluate;
mod expression;
mod functions;
mod histogram;
mod labels;
mod lexer;
mod matcher;
pub mod names;
mod parser;
mod refusal;
mod store;
#[cfg(test)]
mod tests;

pub use duration::parse_duration;
pub use evaluate::Sample;
pub use expression::{
    Aggregator, Expression, Form, Function, Grouping, Kind, Label, Matching, Operator, Selector,
};
pub use labels::{Labels, is_label_name};
pub use matcher::{Matcher, Relation};
pub use parser::parse;
pub use store::{LOOKBACK, Series, SeriesId, Store, is_stale, stale};
