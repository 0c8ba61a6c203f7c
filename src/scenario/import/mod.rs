//! What other tools write and a scenario may refer to: their YAML, read with places.

#[cfg(test)]
mod check;
pub mod prometheus;
