//! Floor 0: what everything else stands on. Imports nothing from the floors above.

pub mod dist;
pub mod id;
pub mod random;
pub mod read;
pub mod special;
pub mod time;
pub mod unit;
pub mod yaml;
