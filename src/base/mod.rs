//! Floor 0: what everything else stands on. Imports nothing from the floors above.

pub mod id;
pub mod read;
pub mod time;
pub mod unit;
