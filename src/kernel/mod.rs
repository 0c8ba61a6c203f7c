//! Floor 1: the future-event list that drives a run. Knows nothing of what the events mean.

pub mod event_list;
