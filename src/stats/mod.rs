//! Floor 1: estimators. What is gathered in a run is kept in integers, so that it can be merged in
//! any order with one result; what is inferred over runs is summed serially, in their order.

pub mod interval;
pub mod level;
pub mod mser;
pub mod quantile;
pub mod student;
pub mod tally;
